"""Dutch for every English sentence: merge the parts, compile, and check that none is missing.

python -m desk.translations          merge locale/*/parts/*.po into django.po and compile, without system gettext
python -m desk.translations --check  list what is missing, fuzzy, unused or breaks a placeholder; exit code 1 if any
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import polib

REPOSITORY = Path(__file__).resolve().parents[1]
SOURCES = ("accounts", "cases", "referrals", "desk", "templates")
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "pgettext:1c,2", "npgettext:1c,2,3",
    "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3", "_",
)  # fmt: skip
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")

Key = tuple[str, str]


class TranslationError(RuntimeError):
    """The files cannot be read or searched; the message is one sentence."""


def key(entry: polib.POEntry) -> Key:
    """What makes a sentence itself: its context and its English."""
    return entry.msgctxt or "", entry.msgid


def dutch(entry: polib.POEntry) -> tuple[str, ...]:
    """The translation, with its plural forms."""
    return tuple(entry.msgstr_plural.values()) if entry.msgid_plural else (entry.msgstr,)


def read(file: Path) -> polib.POFile:
    """A .po file; a mistake in it is named with its line."""
    try:
        return polib.pofile(str(file), wrapwidth=100)
    except (OSError, ValueError) as error:
        reason = str(error).replace(f"{file} ", "").replace(str(file), file.name)
        raise TranslationError(f"{file.name} cannot be read: {reason}") from None


def merge(catalogue: polib.POFile, parts: dict[str, polib.POFile]) -> list[str]:
    """Take the parts into the catalogue and say what was remarkable.

    A part may correct the catalogue. Parts that differ correct nothing: the catalogue keeps its sentence,
    or gets the first part's when it has none.
    """
    known = {key(entry): entry for entry in catalogue}
    offered: dict[Key, dict[str, polib.POEntry]] = {}
    for name, part in parts.items():
        for entry in part:
            if all(dutch(entry)) and not entry.obsolete:
                offered.setdefault(key(entry), {}).setdefault(name, entry)
    remarks = []
    for words, choices in offered.items():
        first, entry = next(iter(choices.items()))
        old = known.get(words)
        if old is None or not all(dutch(old)):
            if old is not None:
                catalogue.remove(old)
            catalogue.append(entry)
            known[words] = entry
        elif len({dutch(choice) for choice in choices.values()}) == 1 and dutch(old) != dutch(entry):
            remarks.append(f"changed by {first}: {words[1]!r} was {dutch(old)[0]!r}, is {dutch(entry)[0]!r}")
            catalogue[catalogue.index(old)] = entry
            known[words] = entry
        if len({dutch(choice) for choice in choices.values()}) > 1:
            kept = dutch(known[words])[0]
            remarks.append(f"conflict: {' and '.join(choices)} differ on {words[1]!r}; kept {kept!r}")
    return remarks


def merged(folder: Path) -> tuple[polib.POFile, list[str]]:
    """The catalogue of one language with its parts taken in, in memory, and the remarks."""
    catalogue = read(folder / "LC_MESSAGES" / "django.po")
    parts = {file.name: read(file) for file in sorted((folder / "parts").glob("*.po"))}
    return catalogue, merge(catalogue, parts)


def write(catalogue: polib.POFile, file: Path) -> None:
    """Save sorted and without source locations, and only when something differs: quiet in version control."""
    for entry in catalogue:
        entry.occurrences = []
    catalogue.sort(key=lambda entry: (entry.obsolete, entry.msgid.casefold(), entry.msgctxt or ""))
    if str(catalogue).rstrip() != file.read_text(encoding="utf-8").rstrip():
        fresh = file.with_suffix(".fresh")
        catalogue.save(str(fresh))
        fresh.replace(file)


def compile_changed(locale: Path) -> list[Path]:
    """Compile every .po whose .mo is absent or older; return what was written."""
    written = []
    for source in sorted(locale.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime_ns < source.stat().st_mtime_ns:
            fresh = target.with_suffix(".fresh")
            read(source).save_as_mofile(str(fresh))
            fresh.replace(target)
            written.append(target)
    return written


def bring_up_to_date(locale: Path) -> list[str]:
    """Merge and compile all languages; return the remarks."""
    remarks = []
    for parts in sorted(locale.glob("*/parts")):
        catalogue, said = merged(parts.parent)
        write(catalogue, parts.parent / "LC_MESSAGES" / "django.po")
        remarks += said
    compile_changed(locale)
    return remarks


def extract(repository: Path) -> polib.POFile:
    """Every marked sentence in code and templates, with its place. Needs the system's xgettext."""
    from django.utils.translation.template import templatize

    xgettext = shutil.which("xgettext")
    if not xgettext:
        raise TranslationError("xgettext is not installed; run: apt-get install gettext")
    with tempfile.TemporaryDirectory() as name:
        copies = []
        for source in _sources(repository):
            text = source.read_text(encoding="utf-8")
            copy = Path(name) / f"{source.relative_to(repository)}.py"
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(text if source.suffix == ".py" else templatize(text), encoding="utf-8")
            copies.append(str(copy.relative_to(name)))
        keywords = [f"--keyword={word}" for word in KEYWORDS]
        command = [xgettext, "--language=Python", "--from-code=UTF-8", "--output=-", "--files-from=-", *keywords]
        found = subprocess.run(  # noqa: S603
            command, cwd=name, input="\n".join(copies), capture_output=True, text=True, check=False
        )
    if found.returncode:
        raise TranslationError(f"xgettext stopped: {found.stderr.strip()}")
    return polib.pofile(found.stdout) if found.stdout else polib.POFile()


def _sources(repository: Path) -> Iterator[Path]:
    """The files in which sentences are marked."""
    for folder in SOURCES:
        for file in sorted((repository / folder).rglob("*")):
            if file.suffix in {".py", ".html", ".txt"} and "migrations" not in file.parts:
                yield file


def problems(used: polib.POFile, catalogue: polib.POFile) -> list[str]:
    """What a reader of the Dutch pages would notice, one line each."""
    known = {key(entry): entry for entry in catalogue if not entry.obsolete}
    wanted = {key(entry): entry for entry in used}
    lines = []
    for name, entry in wanted.items():
        place = entry.occurrences[0][0].removesuffix(".py") if entry.occurrences else "?"
        if name not in known or not all(dutch(known[name])):
            lines.append(f"missing: {entry.msgid!r} ({place})")
        elif known[name].fuzzy:
            lines.append(f"fuzzy: {entry.msgid!r} ({place})")
        elif not _same_placeholders(entry, known[name]):
            lines.append(f"placeholders differ: {entry.msgid!r} ({place})")
    return lines + [f"unused: {entry.msgid!r}" for name, entry in known.items() if name not in wanted]


def _same_placeholders(english: polib.POEntry, translated: polib.POEntry) -> bool:
    """Whether no form of the translation names a value that the English does not give, or drops one.

    A plural form may leave the number out, as English does in "one day".
    """
    given = set(PLACEHOLDER.findall(english.msgid + (english.msgid_plural or "")))
    last = set(PLACEHOLDER.findall(dutch(translated)[-1]))
    return last == given and all(set(PLACEHOLDER.findall(form)) <= given for form in dutch(translated))


def main(argv: list[str], repository: Path = REPOSITORY) -> int:
    """Merge and compile, or check; 1 when the check finds something or a file cannot be read."""
    try:
        if "--check" not in argv:
            for remark in bring_up_to_date(repository / "locale"):
                print(remark)
            return 0
        used = extract(repository)
        found = []
        for folder in sorted((repository / "locale").glob("*")):
            catalogue, remarks = merged(folder)
            found += [remark for remark in remarks if remark.startswith("conflict")] + problems(used, catalogue)
    except TranslationError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(found) or "Every sentence has its translation.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
