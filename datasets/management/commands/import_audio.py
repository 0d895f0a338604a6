import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from datasets.actions import create_dataset
from datasets.importing import Imported, import_folder
from datasets.models import AudioFile, Dataset
from workspaces.jobs import run
from workspaces.models import Job, User, Workspace

ASK_EVERY_S = 0.5


class Command(BaseCommand):
    help = "Bring a folder of audio into a dataset, with all folders below it. Hidden files are left out."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dataset", required=True, help="its name; it is made when there is none of this name")
        parser.add_argument("--workspace", default="", help="its short name; needed where there are several")
        parser.add_argument("--user", default="", help="e-mail of the person in whose name it is done")
        parser.add_argument("--wait", action="store_true", help="read the files here and now, and say how each ended")

    def handle(self, *, folder: Path, dataset: str, workspace: str, user: str, wait: bool, **_options: Any) -> None:
        if not folder.is_dir():
            raise CommandError(_("%(folder)s is not a folder.") % {"folder": folder})
        by = self._person(user)
        target = self._dataset(self._workspace(workspace), name=dataset, by=by)
        taken: list[AudioFile] = []
        n_refused, n_failed = 0, 0
        for found in import_folder(folder, dataset=target, by=by):
            self._tell(found, folder=folder)
            if found.audio is None:
                n_refused += 1
            else:
                taken.append(found.audio)
        if wait:
            n_failed = self._read(taken)
        good, bad = len(taken) - n_failed, n_refused + n_failed
        self.stdout.write(_("%(good)d files taken in, %(bad)d not.") % {"good": good, "bad": bad})
        if bad:
            raise SystemExit(1)

    def _workspace(self, slug: str) -> Workspace:
        if slug:
            workspace = Workspace.objects.filter(slug=slug).first()
            if workspace is None:
                raise CommandError(_("There is no workspace “%(slug)s”.") % {"slug": slug})
            return workspace
        found = list(Workspace.objects.order_by("slug")[:2])
        if len(found) != 1:
            raise CommandError(_("Name the workspace with --workspace."))
        return found[0]

    def _person(self, email: str) -> User | None:
        if not email:
            return None
        person = User.objects.filter(email=email.strip().lower()).first()
        if person is None:
            raise CommandError(_("There is nobody with the e-mail %(email)s.") % {"email": email})
        return person

    def _dataset(self, workspace: Workspace, *, name: str, by: User | None) -> Dataset:
        found = Dataset.objects.filter(workspace=workspace, name=name).order_by("id").first()
        return found or create_dataset(workspace, by=by, name=name)

    def _tell(self, found: Imported, *, folder: Path) -> None:
        name = found.path.relative_to(folder)
        if found.audio is None:
            self.stdout.write(_("%(name)s: refused. %(why)s") % {"name": name, "why": found.refusal})
        elif found.audio.is_duplicate:
            self.stdout.write(_("%(name)s: ready, its bytes were here already") % {"name": name})
        else:
            self.stdout.write(_("%(name)s: taken in") % {"name": name})

    def _read(self, taken: list[AudioFile]) -> int:
        """Read the files in this process, or wait where a worker has one already. Returns how many failed."""
        failed = 0
        for audio in taken:
            audio.refresh_from_db()
            while audio.is_being_read:
                job = Job.objects.filter(args__audio_file_id=str(audio.pk)).order_by("-id").first()
                if job is None:
                    break
                run(str(job.pk))
                audio.refresh_from_db()
                if audio.is_being_read:
                    time.sleep(ASK_EVERY_S)
            if audio.status == AudioFile.Status.FAILED:
                failed += 1
                self.stdout.write(_("%(name)s: failed. %(why)s") % {"name": audio.filename, "why": audio.error})
            else:
                words = ", ".join([f"{audio.duration_ms} ms", *audio.warning_sentences])
                self.stdout.write(_("%(name)s: ready, %(words)s") % {"name": audio.filename, "words": words})
        return failed
