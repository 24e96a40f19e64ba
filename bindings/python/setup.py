"""Builds the extension over the headers of bindings/c, or over the copy of them that an sdist carries."""

import os
import pathlib
import shutil
import sys
import sysconfig

from setuptools import Extension, setup
from setuptools.command.sdist import sdist

HERE = pathlib.Path(__file__).resolve().parent
COPY = HERE / "include"
HEADERS = COPY if COPY.is_dir() else HERE.parent / "c" / "include"

# The buffer protocol is in the limited API from 3.11 on: one wheel for that and all later versions.
LIMITED = sys.version_info >= (3, 11)

if sysconfig.get_config_var("Py_GIL_DISABLED"):
    sys.exit("tadpole: a role is guarded by the GIL, and this is a free-threaded CPython: use an ordinary one")
if not (HEADERS / "tadpole" / "ring.h").is_file():
    sys.exit(f"tadpole: {HEADERS}/tadpole/ring.h does not exist: build in a working copy, or from an sdist")


class SdistWithHeaders(sdist):
    def make_release_tree(self, base_dir: str, files: list[str]) -> None:
        super().make_release_tree(base_dir, files)
        shutil.copytree(HEADERS, pathlib.Path(base_dir) / "include", dirs_exist_ok=True)


# As system headers, CPython's own have no say in what is warned of.
arguments = [
    "-O2",
    "-std=c11",
    "-Wall",
    "-Wextra",
    "-Wpedantic",
    "-Wconversion",
    "-isystem",
    sysconfig.get_path("include"),
]
# The fault points of `./tadpole crash`: a header, included first of all, that defines TADPOLE_STEP(words).
steps = os.environ.get("TADPOLE_STEPS")
if steps:
    arguments += ["-include", str(pathlib.Path(steps).resolve())]

setup(
    ext_modules=[
        Extension(
            "tadpole._ring",
            sources=[f"src/c/{name}.c" for name in ("module", "role", "producer", "claim", "consumer", "batch")],
            depends=[*map(str, pathlib.Path("src/c").glob("*.h")), *map(str, HEADERS.glob("tadpole/*.h"))],
            include_dirs=[str(HEADERS)],
            define_macros=[("_GNU_SOURCE", "1"), *([("Py_LIMITED_API", "0x030B0000")] if LIMITED else [])],
            extra_compile_args=arguments,
            extra_link_args=["-pthread"],  # before glibc 2.34, pthread_atfork is there
            py_limited_api=LIMITED,
        )
    ],
    options={"bdist_wheel": {"py_limited_api": "cp311"}} if LIMITED else {},
    cmdclass={"sdist": SdistWithHeaders},
)
