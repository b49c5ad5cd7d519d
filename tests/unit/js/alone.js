// A kernel that is not there.

export const nobody = { wait: () => null, result: () => null, distrusts: () => false, check: () => {} };
