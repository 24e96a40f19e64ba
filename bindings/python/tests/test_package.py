"""The package: its types, style, wheel and sdist, and the builds that the others do not see."""

import os
import pathlib
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import unittest

from channels import HERE, ROOT

import tadpole

PROJECT = HERE.parent
MYPY_CACHE = f"{sys.prefix}/mypy-cache"
IGNORED = shutil.ignore_patterns("build", "*.egg-info", "__pycache__", ".*_cache")
# A buffer says what it is in Python only from 3.12 on.
UNKNOWN_BEFORE = "tadpole._ring.Batch.__buffer__\ntadpole._ring.Batch.__release_buffer__\n"


class PackageTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def run_python(self, *arguments: str | pathlib.Path, folder: pathlib.Path = PROJECT, **others: str) -> str:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, **others},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def copy(self) -> pathlib.Path:
        """The sources, where a build leaves nothing behind."""
        shutil.copytree(PROJECT, self.folder / "bindings/python", ignore=IGNORED)
        shutil.copytree(ROOT / "bindings/c/include", self.folder / "bindings/c/include")
        return self.folder / "bindings/python"

    def build(self, source: pathlib.Path, **others: str) -> pathlib.Path:
        """The folder that a build of the package can be imported from."""
        built = self.folder / "built"
        self.run_python("setup.py", "-q", "build", "--build-lib", built, folder=source, **others)
        return built

    def test_should_have_types_that_mypy_believes(self) -> None:
        self.run_python("-m", "mypy", MYPY_CACHE_DIR=MYPY_CACHE)

    def test_should_have_stubs_of_what_is_there(self) -> None:
        allowed = self.folder / "allowed"
        allowed.write_text("" if sys.version_info >= (3, 12) else UNKNOWN_BEFORE)
        self.run_python(
            "-m", "mypy.stubtest", "tadpole", "--allowlist", allowed, folder=self.folder, MYPY_CACHE_DIR=MYPY_CACHE
        )

    def test_should_have_the_style_of_the_house(self) -> None:
        self.run_python("-m", "ruff", "check", "--no-cache")
        self.run_python("-m", "ruff", "format", "--no-cache", "--check")

    def test_should_say_that_it_is_typed(self) -> None:
        self.assertTrue((pathlib.Path(tadpole.__file__).parent / "py.typed").is_file())

    def test_should_make_an_sdist_that_builds_alone_and_without_a_warning(self) -> None:
        source = self.copy()
        self.run_python("setup.py", "-q", "sdist", "--dist-dir", self.folder, folder=source)
        self.assertFalse((source / "include").exists())
        with tarfile.open(self.folder / "tadpole-0.1.0.tar.gz") as sdist:
            sdist.extractall(self.folder / "alone")
        shutil.rmtree(self.folder / "bindings")
        alone = self.folder / "alone/tadpole-0.1.0"
        self.run_python("setup.py", "-q", "bdist_wheel", "--dist-dir", self.folder, folder=alone, CFLAGS="-Werror")
        (wheel,) = self.folder.glob("*.whl")
        tag = "cp311-abi3" if sys.version_info >= (3, 11) else "cp310-cp310"
        platform = sysconfig.get_platform().replace("-", "_")
        self.assertEqual(wheel.name, f"tadpole-0.1.0-{tag}-{platform}.whl")

    def test_should_be_built_again_when_a_header_changes(self) -> None:
        program = (
            "import setuptools, distutils.core\n"
            "(extension,) = distutils.core.run_setup('setup.py', stop_after='init').ext_modules\n"
            "print(*extension.depends, sep='\\n')\n"
        )
        depends = self.run_python("-c", program).split()
        for header in (*PROJECT.glob("src/c/*.h"), *ROOT.glob("bindings/c/include/tadpole/*.h")):
            self.assertIn(header, [PROJECT / path for path in depends])

    def test_should_have_fault_points_when_they_are_asked_for(self) -> None:
        steps = self.folder / "steps.h"
        steps.write_text("#include <stdio.h>\n#define TADPOLE_STEP(words) puts(words)\n")
        built = self.build(self.copy(), TADPOLE_STEPS=str(steps))
        program = f"import tadpole; tadpole.create('{self.folder}/ring'); tadpole.Producer('{self.folder}/ring')"
        self.assertIn("recovery: tail stored\n", self.run_python("-c", program, PYTHONPATH=str(built)))

    def test_should_pass_its_tests_under_address_sanitizer(self) -> None:
        if os.environ.get("LD_PRELOAD"):
            self.skipTest("this is the run under the sanitizer")
        library = subprocess.run(
            ["gcc", "-print-file-name=libasan.so"], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.strip()
        if not os.path.isabs(library):
            self.skipTest("gcc has no libasan; install it: apt-get install libgcc-12-dev")
        built = self.build(self.copy(), CFLAGS="-fsanitize=address -g -Werror", LDFLAGS="-fsanitize=address")
        self.run_python(
            "-m", "unittest", "test_channel", "test_producer", "test_consumer", "test_hostile",
            folder=HERE, PYTHONPATH=str(built), LD_PRELOAD=library, ASAN_OPTIONS="detect_leaks=0",
        )  # fmt: skip


if __name__ == "__main__":
    unittest.main()
