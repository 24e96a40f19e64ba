#!/usr/bin/env python3
"""Builds a Codon program or library that needs nothing but libc: no Codon runtime, no garbage collector, no exceptions.

    build/venv/bin/python bindings/codon/build.py [--exe | --lib] [-o OUT] [--json] SOURCE.codon

A program has a `def main(argc, argv)`, as in C: argv is a Ptr[cobj], and the answer, an int or nothing, is the exit
status. A library has functions with @export; no others are seen outside. SOURCE can import tadpole and what lies beside
it.

A compiler that is told to leave exceptions out does not say which code needs them, or needs the runtime: four gates do.
A fifth reads the source for what would be left out in silence. OUT appears only when all are passed; else one sentence
says which rule SOURCE breaks, where, and what to do. To know where, SOURCE is compiled once more, with lines, and the
calls are followed from it to what is not there.

The Python that runs this has codon-compiler-demo 0.18.0; gcc and binutils are on the PATH. Exit codes: 0 built, 1
SOURCE does not compile or breaks a rule, 2 wrong use, or a tool is missing.
"""

from __future__ import annotations

import argparse
import collections
import ctypes
import dataclasses
import io
import itertools
import json
import keyword
import os
import pathlib
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import tokenize
from collections.abc import Iterator
from typing import NoReturn

HERE = pathlib.Path(__file__).resolve().parent
ENTRY = "tadpole_main"
MAIN = f"""

from tadpole.program import exit_status as __exit_status

@export
def {ENTRY}(argc: i32, argv: Ptr[cobj]) -> i32:
    return __exit_status(main(int(argc), argv))
"""

# The default CPU is the build machine's, and -mcpu alone does not change that.
FLAGS = ["-disable-native", "-mcpu=x86-64-v2", "-obj", "-relocation-model=pic", "-function-sections", "-data-sections"]
RUNTIME = re.compile(r"(seq_(?!personality)|GC_|__kmpc)")

NO_RUNTIME = "needs Codon's runtime, which is not there"
NO_RAISE = "raises, and without Codon's runtime nobody catches"
NO_HEAP = "lives in the heap of Codon's runtime, which is not there"

# What leads to the runtime: by the names of the functions on the way, the first that matches; then what it looks like
# in the source, what is wrong, and what to do.
CAUSES = [
    (r"seq_assert|AssertionError", r"\s*assert\b", f"an assert {NO_RAISE}", "return a status instead"),
    (r"builtin\.print|seq_print", r".*\bprint\(", f"print() {NO_RUNTIME}", "use say() of tadpole"),
    (r"_idx_check", r".*\[", f"a checked index {NO_RAISE}", "index a Ptr or an __array__"),
    (
        r"range\.__new__",
        r".*\brange\(",
        f"a range whose step may be 0 {NO_RAISE}",
        "give the step as a number, or use while",
    ),
    (r"tuple_getitem", r".*\[", f"a tuple's item of any number {NO_RAISE}", "give the number, or index an __array__"),
    (
        r"optional\.unwrap",
        r"",
        f"an Optional that may be None {NO_RAISE}",
        "return a status beside the value, or a number that it never is",
    ),
    (r"sys\.exit", r".*\bexit\(", f"sys.exit() {NO_RAISE}", "return the status from main()"),
    (r"^\.\w+\.+(L\.)?argv\b", r".*\bargv\b", f"sys.argv {NO_RUNTIME}", "use what main(argc, argv) is given"),
    (
        r"^\.t?(bss|data)\.",
        r"\s*(nonlocal|global)\b",
        f"a variable that an inner function changes {NO_HEAP}",
        "give a @tuple class with __call__ its address, __ptr__(variable), in a Ptr",
    ),
    (r"class_alloc:\d+\[,[\w.]*(?:Error|Exception)\b", r"\s*raise\b", f"a raise {NO_RAISE}", "return a status instead"),
    (r"\bList\[", r".*\[", f"a list {NO_HEAP}", "use __array__[T](N), or memory from mmap"),
    (r"\bDict\[", r".*\{", f"a dict {NO_HEAP}", "use an array that you search, in memory from mmap"),
    (r"\bSet\[", r".*\{", f"a set {NO_HEAP}", "use an array that you search, in memory from mmap"),
    (
        r"class_alloc",
        r".*\(",
        f"an object of a class {NO_HEAP}",
        "make it a @tuple class, or words in memory from mmap",
    ),
    (
        r"\bstr\b|__format__|__repr__|seq_str_",
        r".*(f['\"]|str\()",
        f"a text that is built {NO_HEAP}",
        "write its parts with say()",
    ),
    (r"^seq_(throw|alloc_exc)", r"\s*raise\b", f"a raise {NO_RAISE}", "return a status instead"),
    (r"seq_throw|seq_alloc_exc", r"", f"what is called here {NO_RAISE}", "do without it, and return a status"),
    (r"alloc|GC_", r".*\(", f"what is allocated here {NO_HEAP}", "use __array__[T](N), or memory from mmap"),
    (r"", r"", f"what is called here {NO_RUNTIME}", "use ints, pointers, tuples and __array__"),
]


DECLARES = {"def", "class", "import", "from", "@", "pass"}


class RefusedError(Exception):
    """SOURCE breaks a rule. `line` is 0 where only the file is known."""

    def __init__(self, rule: str, file: str, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {problem}: {remedy}" if line else f"{file}: {problem}: {remedy}")
        self.rule, self.file, self.line, self.problem, self.remedy = rule, file, line, problem, remedy


def misuse(sentence: str) -> NoReturn:
    print(f"tadpole: {sentence}", file=sys.stderr)
    sys.exit(2)


def run(
    *command: str | pathlib.Path, cwd: pathlib.Path | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def must(*command: str | pathlib.Path) -> str:
    done = run(*command)
    if done.returncode != 0:
        misuse(f"{command[0]} fails, which is not the program's fault: {' '.join(done.stderr.split())}")
    return done.stdout


@dataclasses.dataclass(frozen=True)
class Statement:
    """Its first line, and its words, which may stand on several lines. Of an `if`, a `def`: up to the colon."""

    line: int
    depth: int
    words: list[str]

    def never_runs(self) -> bool:
        """It stands at module level, and does more than to declare something or to name a constant."""
        words = self.words
        if self.depth > 0 or words[0] in DECLARES or (len(words) == 1 and words[0].endswith(("'", '"'))):
            return False
        if not is_name(words[0]) or words[1:2] not in ([":"], ["="]) or "=" not in words:
            return True
        value = itertools.takewhile(lambda word: word != "lambda", words)
        return any(then == "(" and (is_name(word) or word in ")]") for word, then in itertools.pairwise(value))

    def imports(self) -> list[str]:
        """Modules' dotted names, and some that are none: what is imported from one may be a module, too."""
        text = " ".join(self.words).replace("(", "").replace(")", "")
        found = re.match(r"(?:from ([\w. ]+) )?import (.+)", text)
        if not found:
            return []
        names = [name.split(" as ")[0] for name in found[2].split(",")]
        names = [f"{found[1]}.{name}" for name in names] if found[1] else names
        return [name.replace(" ", "").lstrip(".") for name in names]


def is_name(word: str) -> bool:
    return word.isidentifier() and not keyword.iskeyword(word)


def statements(text: str) -> Iterator[Statement]:
    """Of a source, as Python's tokenizer sees them; up to what only Codon can read."""
    depth, line, words = 0, 0, list[str]()
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type in (tokenize.INDENT, tokenize.DEDENT):
                depth += 1 if token.type == tokenize.INDENT else -1
            elif token.type in (tokenize.NEWLINE, tokenize.ENDMARKER):
                if words:
                    yield Statement(line, depth, words)
                words = []
            elif token.type not in (tokenize.COMMENT, tokenize.NL):
                line = line if words else token.start[0]
                words.append(token.string)
    except (tokenize.TokenError, SyntaxError):
        return


@dataclasses.dataclass(frozen=True)
class Call:
    """What a function refers to, and which of its lines does."""

    target: str
    file: str
    row: int


class Calls:
    """Who refers to what in an object that was compiled with lines."""

    def __init__(self, program: pathlib.Path) -> None:
        self.of: dict[str, list[Call]] = collections.defaultdict(list)
        self.rows: dict[str, list[int]] = collections.defaultdict(list)
        function, file = "", ""
        for text in must(
            "objdump", "--disassemble", "--reloc", "--line-numbers", "--no-show-raw-insn", program
        ).splitlines():
            if start := re.match(r"[0-9a-f]+ <(.*)>:$", text):
                function, file = start[1], ""
            elif at := re.match(r"(/.*):(\d+)(?: \(discriminator \d+\))?$", text):
                file = at[1]
                self.rows[function].append(int(at[2]))
            elif reference := re.match(r"\s+[0-9a-f]+: R_\w+\s+(.*?)(?:[-+]0x[0-9a-f]+)?$", text):
                self.of[function].append(Call(reference[1].removeprefix(".text."), file, len(self.rows[function]) - 1))

    def is_frame(self, function: str, target: str) -> bool:
        """Of a generator: a release build has none for a loop, only one with lines does."""
        return target == "seq_alloc" and f"{function}.resume" in self.of

    def line(self, function: str, row: int, lines: list[str]) -> int:
        """Of a row; 0 for a function of no such file. A call may have the line of what it calls, such as that of a
        default argument, or of the function's head: the row before it, or behind it, knows better."""
        rows = self.rows[function]
        first = rows[0] if rows else 0
        last = end_of(lines, first)
        near = rows[row::-1] + rows[row + 1 :]
        return next((line for line in near if first < line <= last), first if last else 0)

    def way(self, start: str, targets: set[str], is_passed: re.Pattern[str], lax: bool) -> list[str]:
        """The functions from one to a target, without those that are passed over; empty when there is no such way."""
        parents: dict[str, str] = {start: ""}
        queue = collections.deque([start])
        while queue:
            function = queue.popleft()
            if global_name(function) in targets:
                way = [function]
                while parents[way[-1]]:
                    way.append(parents[way[-1]])
                return way[::-1]
            if is_passed.search(function):
                continue
            for call in self.of.get(function, []):
                if call.target not in parents and (lax or not self.is_frame(function, call.target)):
                    parents[call.target] = function
                    queue.append(call.target)
        return []

    def reached(self, roots: list[str]) -> list[str]:
        seen = dict.fromkeys(roots)
        queue = collections.deque(roots)
        while queue:
            for call in self.of.get(queue.popleft(), []):
                if call.target not in seen:
                    seen[call.target] = None
                    queue.append(call.target)
        return list(seen)


def global_name(symbol: str) -> str:
    """Of a section that holds a global variable, its name; of anything else, itself."""
    found = re.match(r"\.(?:t?bss|t?data)\.+(?:L\.)?([^.]+)", symbol)
    return found[1] if found else symbol


class Build:
    def __init__(self, source: pathlib.Path, library: bool, steps: pathlib.Path | None, work: pathlib.Path) -> None:
        self.source, self.library, self.work = source, library, work
        self.codon = find_codon()
        self.exports: list[str] = []
        # What the user wrote: SOURCE first, then what lies beside it. The compiler's errors tell no folder, so SOURCE
        # is given a name that no module has.
        self.folder = work / "program"
        self.program = self.folder / "the-source.codon"
        text = source.read_text(encoding="utf-8")
        self.lines = text.splitlines()
        self.own = {self.program: self.lines}
        self.copy_modules(source.absolute().parent, self.folder, {source.name, "tadpole", "tadpole.codon"})
        self.program.write_text(text if library else text + MAIN, encoding="utf-8")
        self.modules = work / "modules"
        shutil.copytree(HERE / "tadpole", self.modules / "tadpole")
        if steps:
            shutil.copy(steps, self.modules / "tadpole" / "steps.codon")

    def copy_modules(self, folder: pathlib.Path, target: pathlib.Path, without: set[str]) -> None:
        target.mkdir()
        for beside in sorted(folder.iterdir()):
            copy = target / beside.name
            if beside.name in without:
                continue
            if is_module(beside):
                shutil.copyfile(beside, copy)
                self.own[copy] = copy.read_text(encoding="utf-8", errors="replace").splitlines()
            elif is_module(beside / "__init__.codon"):
                self.copy_modules(beside, copy, set())

    def compile(self, name: str, *flags: str) -> pathlib.Path:
        program = self.work / name
        command = [str(self.codon), "build", *flags, *FLAGS, "-o", str(program), str(self.program)]
        done = run(*command, cwd=self.work, CODON_PATH=str(self.modules))  # where a compiler that fails leaves its dump
        if done.returncode != 0:
            self.does_not_compile(done.stderr + done.stdout)
        return program

    def does_not_compile(self, output: str) -> NoReturn:
        output = re.sub(r"\x1b\[[0-9;]*m", "", output)
        frames = re.findall(r"^[^\w/.]*([^\s:]+):(\d+):[\d-]+: error: (.*)$", output, re.MULTILINE)
        if not frames:
            problem = " ".join(output.split()) or "no reason said"
            raise RefusedError("compile", str(self.source), 0, "it does not compile", problem)
        main = next((number for number, text in enumerate(self.lines, 1) if re.match(r"def main\b", text)), 0)
        if frames[0][0] == self.program.name and int(frames[0][1]) > len(self.lines):
            problem = "its main() cannot be called with (argc, argv)" if main else "there is no main()"
            remedy = "write `def main(argc, argv):`, which answers an int"
            raise RefusedError("compile", str(self.source), 0, problem, remedy)
        # The user's frame that is the innermost, and named as none of the package is; without any, what main() answers
        # is wrong.
        named = {path.name: path for path in reversed(self.own)}
        places = [(named[file], int(line)) for file, line, _ in frames if file in named]
        places = [(path, line) for path, line in places if line <= len(self.own[path])]
        places.sort(key=lambda place: (self.modules / "tadpole" / place[0].name).exists())
        path, line = places[0] if places else (self.program, main)
        raise RefusedError("compile", self.shown(path), line, "it does not compile", frames[0][2].strip())

    def shown(self, copy: pathlib.Path) -> str:
        """As the user knows the file."""
        return str(self.source if copy == self.program else self.source.parent / copy.relative_to(self.folder))

    def reduce(self, whole: pathlib.Path, name: str) -> pathlib.Path:
        """What the entry, or the exported functions, reach."""
        program = self.work / name
        symbols = re.findall(r" T (.+)$", must("nm", whole), re.MULTILINE)
        if self.library:
            self.exports = sorted(symbol for symbol in symbols if symbol != "main")
            if not self.exports:
                raise RefusedError(
                    "entry",
                    str(self.source),
                    0,
                    "no function is exported",
                    "write @export above those that a library gives",
                )
        must("objcopy", "--redefine-sym", "main=codon_main", whole)
        if not self.library:
            must("objcopy", "--redefine-sym", f"{ENTRY}=main", whole)
        roots = [word for root in self.roots() for word in ("-u", root)]
        must("ld", "-r", "--gc-sections", *roots, "-o", program, whole)
        must("strip", "--strip-unneeded", program)
        return program

    def roots(self) -> list[str]:
        return self.exports if self.library else ["main"]

    def link(self, program: pathlib.Path, out: pathlib.Path, *flags: str) -> list[str]:
        """The names that are missing; none when it is linked."""
        command = ["gcc", "-o", str(out), str(program), "-s", "-Wl,--gc-sections", "-Wl,-z,noexecstack", *flags]
        command += ["-Wl,--as-needed", "-lm"]
        if self.library:
            script = self.work / "exports"
            script.write_text(f"{{ global: {' '.join(f'{name};' for name in self.exports)} local: *; }};\n")
            command += ["-shared", "-nostartfiles", "-Wl,-z,defs", f"-Wl,--version-script={script}"]
        done = run(*command)
        missing = list(dict.fromkeys(re.findall(r"undefined reference to `([^']+)'", done.stderr)))
        if done.returncode != 0 and not missing:
            misuse(f"gcc does not link it: {' '.join(done.stderr.split())}")
        return missing

    def build(self, out: pathlib.Path) -> None:
        self.check_source()
        program = self.reduce(self.compile("whole.o", "-release", "-disable-exceptions"), "program.o")
        self.check_runtime(program)
        self.check_globals(program)
        result = self.work / "result"
        missing = self.link(program, result)
        if missing:
            raise RefusedError(
                "libc",
                *self.declared(missing[0]),
                f"libc has no function {missing[0]}",
                "declare only functions of libc",
            )
        self.check_raise()
        target = out.with_name(f"{out.name}.{os.getpid()}")
        try:
            shutil.copy(result, target)
            target.replace(out)
        except OSError as failed:
            target.unlink(missing_ok=True)
            misuse(f"{out} cannot be written: {failed.strerror}")

    def check_source(self) -> None:
        """No other gate sees what stands at module level, which is compiled and never called, an exported name that
        takes the place of libc's, or an except that is never reached."""
        paths = [self.program]
        libc = ctypes.CDLL("libm.so.6")  # which brings libc
        for path in paths:
            exported = False
            for statement in statements("\n".join(self.own[path])):
                where = self.shown(path), statement.line
                if statement.words[:2] == ["from", "python"]:
                    raise RefusedError("module", *where, f"a module of Python {NO_RUNTIME}", "declare C's functions")
                if statement.words[0] == "try":
                    problem = "without Codon's runtime nothing is caught, and a division by zero ends the process"
                    raise RefusedError("try", *where, problem, "check before, and return a status")
                if statement.never_runs():
                    raise RefusedError(
                        "module",
                        *where,
                        "this never runs: without Codon's runtime nothing does at module level but int and float "
                        "constants, each with a name",
                        "put it into a function" if self.library or path != self.program else "put it into main()",
                    )
                if statement.words[0] == "def":
                    name = statement.words[1]
                    if exported and (name == "main" or hasattr(libc, name)):
                        problem = f"{name} is C's own: who calls that would get this function, even the package"
                        raise RefusedError("export", *where, problem, "give it another name")
                    exported = False
                exported |= statement.words == ["@", "export"]
                imported = [found for name in statement.imports() for found in self.modules_of(path, name)]
                paths += [found for found in dict.fromkeys(imported) if found not in paths]

    def modules_of(self, path: pathlib.Path, name: str) -> list[pathlib.Path]:
        """The files beside SOURCE that a file imports with a dotted name: the module, and each package on the way."""
        parts = name.split(".")
        stems = [
            folder.joinpath(*parts[:end]) for folder in (path.parent, self.folder) for end in range(1, len(parts) + 1)
        ]
        found = [file for stem in stems for file in (stem.with_name(f"{stem.name}.codon"), stem / "__init__.codon")]
        return [file for file in found if file in self.own]

    def check_runtime(self, program: pathlib.Path) -> None:
        names = [line.split()[0] for line in must("nm", "--undefined-only", "--format=posix", program).splitlines()]
        found = [name for name in names if RUNTIME.match(name)]
        if found:
            self.refuse("runtime", found)

    def check_globals(self, program: pathlib.Path) -> None:
        """Their initialisers never run, and they would read as 0."""
        sections = re.findall(r"^ *\[ *\d+\] (\S+)", must("readelf", "--sections", "--wide", program), re.MULTILINE)
        found = [name for name in sections if re.match(r"\.(t?data|t?bss|init_array)(?!\.rel\.ro)", name)]
        if not found:
            return
        for section in found:
            name = global_name(section)
            for path, lines in self.own.items():
                for number, text in enumerate(lines, 1):
                    if re.match(rf"{re.escape(name)}\s*(:[^=]*)?=", text):
                        raise RefusedError(
                            "globals",
                            self.shown(path),
                            number,
                            f"the global variable {name} is never initialised without Codon's runtime",
                            "only ints, and floats that are not calculated, work at module level, so move it into the "
                            "function that uses it, or state into memory from mmap",
                        )
        self.refuse("globals", [global_name(section) for section in found])

    def declared(self, name: str) -> tuple[str, int]:
        for path, lines in self.own.items():
            for number, text in enumerate(lines, 1):
                if re.match(rf"\s*from C import {re.escape(name)}\b", text):
                    return self.shown(path), number
        return str(self.source), 0

    def check_raise(self) -> None:
        """What a raise does in a program without exceptions is undefined, and a failed assert goes on. Compiled with
        exceptions, either needs the runtime, so that this second program cannot be linked."""
        raising = self.reduce(self.compile("raising.o", "-release"), "raising-program.o")
        missing = self.link(raising, self.work / "raising", "-Wl,--defsym=seq_personality=0")
        if missing:
            self.refuse("raise", missing)

    def refuse(self, rule: str, names: list[str]) -> NoReturn:
        """Says where it is used what is not there."""
        whole = self.compile("lines.o", "-debug")
        calls = Calls(whole)
        roots = [f"{ENTRY}"] if not self.library else self.exports
        # The package keeps the rules, whatever a build with lines makes of it: only what it is given can break them.
        package = r"^(std\.)?tadpole\."
        passed = (False, rf"{package}|range\.__new__"), (True, package), (False, r"range\.__new__")
        places = next(filter(None, (self.places(calls, roots, set(names), *each) for each in passed)), {})
        if not places:
            raise RefusedError(
                rule,
                str(self.source),
                0,
                f"it needs {', '.join(names[:5])} of Codon's runtime, which is not there",
                "use ints, pointers, tuples and __array__",
            )
        (path, line), text = min(places.items(), key=lambda place: (place[0][0] != self.program, place[0]))
        look, problem, remedy = next(cause[1:] for cause in CAUSES if re.search(cause[0], text, re.MULTILINE))
        # The line is that of the statement, or of one before it: what it looks like stands there, or a little below.
        lines = self.own[path]
        line = next((at for at in range(line, min(line + 10, len(lines)) + 1) if re.match(look, lines[at - 1])), line)
        if len(places) > 1:
            remedy += f" (and look at {len(places) - 1} more)" if len(places) > 2 else " (and look at one more place)"
        raise RefusedError(rule, self.shown(path), line, problem, remedy)

    def places(
        self, calls: Calls, roots: list[str], names: set[str], lax: bool, over: str
    ) -> dict[tuple[pathlib.Path, int], str]:
        """The user's lines from which no other of its functions leads to one of the names, and the ways there."""

        def is_own(call: Call) -> bool:
            return pathlib.Path(call.file) in self.own

        reached = calls.reached(roots)
        users = {function for function in reached if any(is_own(call) for call in calls.of.get(function, []))}
        found: dict[tuple[pathlib.Path, int], str] = {}
        for function in users:
            for call in calls.of[function]:
                path = pathlib.Path(call.file)
                line = calls.line(function, call.row, self.own.get(path, []))
                if line == 0 or call.target in users or not is_own(call):
                    continue
                if not lax and call.target == "seq_alloc":  # itself, it is a generator's frame
                    continue
                way = calls.way(call.target, names, re.compile(over), lax)
                if way:
                    place = (path, line)
                    found[place] = f"{found.get(place, '')}\n{' '.join(way)}".strip()
        return found


def end_of(lines: list[str], start: int) -> int:
    """The last line of the function that starts at a line; 0 when there is no such line."""
    if not 1 <= start <= len(lines):
        return 0
    indent = len(lines[start - 1]) - len(lines[start - 1].lstrip())
    end = start
    for number in range(start + 1, len(lines) + 1):
        text = lines[number - 1]
        if text.strip() and not text.lstrip().startswith("#") and len(text) - len(text.lstrip()) <= indent:
            break
        end = number
    return end


def is_module(path: pathlib.Path) -> bool:
    """It can be read; os.path asks without raising, in whatever folder the path is."""
    return path.suffix == ".codon" and os.path.isfile(path) and os.access(path, os.R_OK)


def find_codon() -> pathlib.Path:
    if platform.machine() != "x86_64":
        misuse(f"codon-compiler-demo 0.18.0 is for x86-64: write the program in C on {platform.machine()}")
    try:
        from codon_compiler_demo.paths import CODON_BIN  # type: ignore[import-untyped, import-not-found, unused-ignore]
    except ImportError:
        misuse(f"no Codon compiler in {sys.executable}: pip install codon-compiler-demo==0.18.0 there")
    for tool, package in ("gcc", "gcc libc6-dev"), ("objcopy", "binutils"):
        if not shutil.which(tool):
            misuse(f"{tool} is missing; install it: apt-get install {package}")
    return pathlib.Path(CODON_BIN)


def main() -> int:
    parser = argparse.ArgumentParser(description="Build a Codon program or library that needs nothing but libc.")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--exe", action="store_true", help="build a program (default)")
    kind.add_argument("--lib", action="store_true", help="build a shared library of the functions with @export")
    parser.add_argument(
        "-o", dest="out", type=pathlib.Path, help="where to (default: SOURCE without .codon, or lib<SOURCE>.so)"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
    parser.add_argument("--steps", type=pathlib.Path, help="compile this in place of tadpole/steps.codon")
    parser.add_argument("source", type=pathlib.Path, metavar="SOURCE")
    options = parser.parse_args()
    source: pathlib.Path = options.source
    if source.suffix != ".codon" or not os.path.isfile(source):
        misuse(f"{source} is no file whose name ends with .codon")
    out: pathlib.Path = options.out or pathlib.Path(f"lib{source.stem}.so" if options.lib else source.stem)
    report: dict[str, object] = {"built": True, "kind": "lib" if options.lib else "exe", "output": str(out)}
    with tempfile.TemporaryDirectory(prefix="tadpole-codon-") as work:
        try:
            Build(source, options.lib, options.steps, pathlib.Path(work).resolve()).build(out)
        except RefusedError as refused:
            report.update(
                built=False,
                output=None,
                rule=refused.rule,
                file=refused.file,
                line=refused.line or None,
                problem=refused.problem,
                remedy=refused.remedy,
            )
            if not options.json:
                print(f"tadpole: {refused}", file=sys.stderr)
        except UnicodeError:
            misuse(f"{source} is not UTF-8")
        except OSError as failed:
            misuse(f"{failed.filename}: {failed.strerror}")
    if options.json:
        print(json.dumps(report))
    return 0 if report["built"] else 1


if __name__ == "__main__":
    sys.exit(main())
