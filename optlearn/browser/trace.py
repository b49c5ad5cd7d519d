"""From a Python function on tensors to XLA's unoptimised program for it, and from that to a `Graph`."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import tensorflow as tf

from optlearn.browser.graph import KINDS, Graph, Node
from optlearn.browser.untranslatable import Untranslatable
from optlearn.loop import asserts

TYPES = {1: "bool", 4: "int", 5: "long", 11: "single", 12: "float"}  # XLA's numbers for PRED, S32, S64, F32, F64
LITERALS = {"bool": "preds", "int": "s32s", "long": "s64s", "single": "f32s", "float": "f64s"}
assert set(TYPES.values()) == set(KINDS)


class Program:
    """XLA's program for a function of tensors, which returns a flat list of them.

    Raises
    ------
    Untranslatable
        If there is none.
    Exception
        What the function itself raises.
    """

    def __init__(self, function: Callable, specs: Sequence[tf.TensorSpec]):
        compiled = tf.function(function, autograph=False, jit_compile=True)
        concrete = compiled.get_concrete_function(*specs)
        if asserts(concrete.graph):
            raise Untranslatable("an assertion (tf.debugging)")
        self.captured = concrete.captured_inputs
        self.program = _program(compiled, specs) if concrete.outputs else None

    def outputs(self, graph: Graph, inputs: Sequence[Node]) -> list[Node]:
        """What the function returns, as nodes made from `inputs`; raises `Untranslatable`."""
        if self.program is None:
            return []
        captured = [_captured(graph, tensor) for tensor in self.captured]
        return _Reader(self.program, graph).outputs([*inputs, *captured])


def _program(compiled: Any, specs: Sequence[tf.TensorSpec]) -> Any:
    """As protobuf: the text of a program leaves large constants out.

    By specs and not by values: of a value XLA would make a constant wherever it serves as an index.
    """
    try:
        from tensorflow.compiler.xla.service.hlo_pb2 import HloModuleProto

        compiler_ir = compiled.experimental_get_compiler_ir
    except (ImportError, AttributeError) as error:
        raise Untranslatable(f"this TensorFlow ({tf.__version__}) does not show the program of a function") from error
    try:
        return HloModuleProto.FromString(compiler_ir(*specs)(stage="hlo_serialized"))
    except Exception as error:  # of many classes
        raise _reason(error) from error


def _reason(error: Exception) -> Untranslatable:
    """What XLA did not compile, by TensorFlow's name; or the first line of its error."""
    found = re.search(r": (\w+) \(No registered '", str(error))
    if found:
        return Untranslatable.operation(found[1])
    return Untranslatable((str(error).strip().splitlines() or [type(error).__name__])[0][:300])


def _captured(graph: Graph, tensor: tf.Tensor) -> Node:
    """A tensor from outside of the function: fixed as it is now, as in every compiled loop."""
    kind = {tf.bool: "bool", tf.int32: "int", tf.int64: "long", tf.float32: "single", tf.float64: "float"}
    if tensor.dtype not in kind:
        raise Untranslatable("a tf.Variable" if tensor.dtype == tf.resource else f"numbers of type {tensor.dtype.name}")
    return graph.constant(kind[tensor.dtype], tensor.shape, tensor.numpy().ravel().tolist())


class _Reader:
    """Reads a program. Of branches all are computed, and one is chosen."""

    def __init__(self, program: Any, graph: Graph):
        self.graph = graph
        self.computations = {each.id: each for each in program.computations}
        self.entry = program.entry_computation_id

    def outputs(self, inputs: Sequence[Node]) -> list[Node]:
        """What the program gives for these inputs."""
        found = self._run(self.entry, inputs)
        return found if isinstance(found, list) else [found]

    def _run(self, which: int, inputs: Sequence[Node]) -> Any:
        """The result of one computation: a node, or a list of them."""
        computation, made = self.computations[which], {}
        for each in computation.instructions:
            args = [made[i] for i in each.operand_ids]
            made[each.id] = self._instruction(each, args, inputs)
        return made[computation.root_id]

    def _instruction(self, each: Any, args: list, inputs: Sequence[Node]) -> Any:
        match each.opcode:
            case "parameter":
                return inputs[each.parameter_number]
            case "tuple":
                return args
            case "get-tuple-element":
                return args[0][each.tuple_index]
            case "conditional":
                return self._branches(each, args)
        kind, shape = TYPES.get(each.shape.element_type), tuple(each.shape.dimensions)
        if each.shape.tuple_shapes or kind is None:
            raise Untranslatable.operation(each.opcode)
        if each.opcode == "constant":
            return self.graph.constant(kind, shape, getattr(each.literal, LITERALS[kind]))
        return self.graph.make(each.opcode, kind, shape, args, self._about(each, args))

    def _branches(self, each: Any, args: list) -> Any:
        """By a truth the first or the second; by a whole number one of many, the last for all that is none of them."""
        which, *rest = args
        *results, chosen = [self._run(i, [arg]) for i, arg in zip(each.called_computation_ids, rest, strict=True)]
        if which.kind == "bool":
            return self._choose(which, results[0], chosen)
        for number, result in reversed(list(enumerate(results))):
            one = self.graph.constant(which.kind, (), [number])
            chosen = self._choose(self.graph.make("compare", "bool", (), [which, one], "EQ"), result, chosen)
        return chosen

    def _choose(self, which: Node, yes: Any, no: Any) -> Any:
        if isinstance(yes, list):
            return [self._choose(which, *pair) for pair in zip(yes, no, strict=True)]
        return self.graph.make("select", yes.kind, yes.shape, [which, yes, no])

    def _about(self, each: Any, args: Sequence[Node]) -> Hashable:
        """What an operation needs to know beside its arguments."""
        match each.opcode:
            case "broadcast" | "transpose" | "concatenate" | "reverse" | "iota":
                return tuple(each.dimensions)
            case "slice":
                return tuple((dim.start, dim.stride) for dim in each.slice_dimensions)
            case "pad":
                return tuple((dim.edge_padding_low, dim.interior_padding) for dim in each.padding_config.dimensions)
            case "compare":
                return each.comparison_direction
            case "reduce":
                return self._joint(each, args), tuple(sorted(each.dimensions))
            case "dot":
                dims = each.dot_dimension_numbers
                batch = tuple(dims.lhs_batch_dimensions), tuple(dims.rhs_batch_dimensions)
                return *batch, tuple(dims.lhs_contracting_dimensions), tuple(dims.rhs_contracting_dimensions)
            case "gather":
                return _gather(each)
        return None

    def _joint(self, each: Any, args: Sequence[Node]) -> str:
        """The one operation by which numbers are joined."""
        *_, last = inner = self.computations[each.called_computation_ids[0]].instructions
        if len(inner) != 3 or len(args) != 2:
            raise Untranslatable.operation("reduce", " by more than a sum or the like")
        return last.opcode


def _gather(each: Any) -> Hashable:
    dims = each.gather_dimension_numbers
    if dims.operand_batching_dims:
        raise Untranslatable.operation("gather", " in batches")
    lists = dims.offset_dims, dims.collapsed_slice_dims, dims.start_index_map, each.gather_slice_sizes
    return *map(tuple, lists), dims.index_vector_dim
