@echo off
rem Name: start.cmd
rem Purpose: what `make lab` and `make test` are on Linux and macOS. It installs what is missing.
rem Usage: start.cmd        opens the first notebook in JupyterLab
rem        start.cmd test   runs the tests
setlocal EnableExtensions
cd /d "%~dp0" || exit /b 1
set "PYTHON=%~dp0.venv\Scripts\python.exe"

if exist ".venv\.lab" goto run
for %%V in (3.12 3.13 3.11) do (
    if not exist "%PYTHON%" (
        py -%%V --version >nul 2>&1 && call :make %%V
    )
)
if not exist "%PYTHON%" (
    echo optlearn needs Python 3.11, 3.12 or 3.13: https://www.python.org/downloads/windows/
    exit /b 1
)
echo [2 of 3] Installing TensorFlow, JupyterLab and what they need: half a gigabyte, the first time.
"%PYTHON%" -m pip install --disable-pip-version-check --quiet --upgrade "pip>=25.1" || exit /b 1
"%PYTHON%" -m pip install --disable-pip-version-check --requirement requirements.txt || exit /b 1
echo [3 of 3] Installing optlearn itself, from this folder.
"%PYTHON%" -m pip install --disable-pip-version-check --quiet --no-deps --editable . || exit /b 1
type nul > ".venv\.lab"

rem The first notebook in JupyterLab.
:run
if /i "%~1"=="test" goto test
echo JupyterLab is starting in your browser, with the first notebook. Stop it with Ctrl-C.
"%PYTHON%" -m jupyterlab notebooks\00_start_here.ipynb
exit /b %ERRORLEVEL%

rem All tests.
:test
"%PYTHON%" -m pip install --disable-pip-version-check --quiet --group test || exit /b 1
"%PYTHON%" -m pytest
exit /b %ERRORLEVEL%

rem An environment, by the Python with version %1.
:make
echo [1 of 3] Making an environment in .venv, with Python %~1.
py -%~1 -m venv .venv
exit /b %ERRORLEVEL%
