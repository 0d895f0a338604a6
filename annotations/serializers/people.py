"""The people of a task and their numbers."""

from typing import Any
from uuid import UUID

from rest_framework import serializers

from annotations.actions.creating import Seat
from annotations.actions.staffing import Wanted
from annotations.models import LabelingTask, TaskPerson
from annotations.overlapping.progress import team_progress
from annotations.serializers.tasks import member
from annotations.serializers.transfers import PersonSerializer
from annotations.staff import Staff
from workspaces.models import User

NUMBER = "Items for this person; null: no number, they take from the pool. 0: named, and nothing is dealt to them now."


class StaffSeatSerializer(serializers.Serializer[Any]):
    user = serializers.CharField(help_text="Id or e-mail of a member.")
    quota = serializers.IntegerField(
        min_value=0, max_value=10**9, required=False, allow_null=True, default=None, help_text=NUMBER
    )


class StaffChangeSerializer(serializers.Serializer[Any]):
    """The people a task is to have. A side that is left out stays as it is; an empty one is open to everybody."""

    annotators = StaffSeatSerializer(many=True, required=False)
    reviewers = StaffSeatSerializer(many=True, required=False)
    deciding_team_id = serializers.UUIDField(
        required=False, allow_null=True, help_text="Whose answers count; null: all together. Where teams label."
    )
    rest_in_pool = serializers.BooleanField(
        required=False, default=False, help_text="Numbers may add up to less than there is; the rest waits in the pool."
    )
    version = serializers.CharField(
        required=False,
        allow_blank=True,
        default="",
        help_text="What GET said; another one since then is refused (409).",
    )

    def wanted(self, task: LabelingTask) -> Wanted:
        """What was sent, with people for their ids. People who are named already may have left meanwhile."""
        data = self.validated_data
        sides: dict[str, list[Seat]] = {}
        for side, kind in (("annotators", TaskPerson.Kind.LABELING), ("reviewers", TaskPerson.Kind.REVIEW)):
            if side in data:
                seated = {seat.user for seat in task.people.filter(kind=kind).select_related("user")}
                named = {key: user for user in seated for key in (str(user.pk), user.email)}
                sides[side] = [
                    Seat(named.get(row["user"].strip().lower()) or _member(task, row["user"], side), row["quota"])
                    for row in data[side]
                ]
        return Wanted(**sides, rest_in_pool=data["rest_in_pool"], version=data["version"])


def _member(task: LabelingTask, who: str, side: str) -> User:
    return member(task.workspace, who, field=side)


class AnnotatorSerializer(serializers.Serializer[Any]):
    user = PersonSerializer()
    quota = serializers.IntegerField(allow_null=True, help_text=NUMBER)
    held = serializers.IntegerField(help_text="Turns that are or were theirs.")
    not_begun = serializers.IntegerField(help_text="Of these: dealt and never begun, so that they can be taken back.")
    begun = serializers.IntegerField(help_text="Begun, left half done, or returned to them.")
    done = serializers.IntegerField(help_text="Handed in or set aside.")


class ReviewerSerializer(serializers.Serializer[Any]):
    user = PersonSerializer()
    quota = serializers.IntegerField(allow_null=True, help_text="The most this person reviews; null: no limit.")
    waiting = serializers.IntegerField(help_text="Submissions that wait for their verdict.")
    decided = serializers.IntegerField(help_text="Decided, or back at their annotator.")


class TeamStaffSerializer(serializers.Serializer[Any]):
    team_id = serializers.UUIDField(source="row.team_id")
    name = serializers.CharField(source="row.team.name")
    overlap = serializers.IntegerField(source="row.overlap", help_text="People of the team per item.")
    decides = serializers.BooleanField(source="row.decides", help_text="Its answers are those that count.")
    people = serializers.IntegerField(source="n_people", help_text="In the team and allowed to label.")
    at_work = serializers.IntegerField(source="n_at_work", help_text="Of the team, who have or had a turn.")
    turns = serializers.IntegerField(source="segments.total")
    handed_in = serializers.IntegerField(source="segments.handed_in")


class StaffSerializer(serializers.Serializer[Any]):
    """The people of a task, and what they have."""

    version = serializers.CharField()
    labels_openly = serializers.BooleanField(help_text="Nobody is named: everybody with the right may label.")
    reviews_openly = serializers.BooleanField()
    in_pool = serializers.IntegerField(help_text="Turns that are with nobody.")
    teams = TeamStaffSerializer(many=True, help_text="Empty where no teams label.")
    annotators = AnnotatorSerializer(many=True)
    reviewers = ReviewerSerializer(many=True)


def as_json(task: LabelingTask, staff: Staff) -> Any:
    """Named people and those who have items without being named."""

    def people(kind: str, held: set[UUID]) -> list[User]:
        found = staff.of(kind).keys() | held
        return sorted((staff.users[pk] for pk in found), key=lambda user: (user.name, user.email))

    annotators = []
    for user in people(TaskPerson.Kind.LABELING, set(staff.loads)):
        load, quota = staff.load(user.pk), staff.of(TaskPerson.Kind.LABELING).get(user.pk)
        annotators.append(
            {
                "user": user, "quota": quota, "held": load.held, "not_begun": load.not_begun,
                "begun": load.begun, "done": load.done,
            }
        )  # fmt: skip
    reviewers = []
    for user in people(TaskPerson.Kind.REVIEW, set(staff.review_loads)):
        judged, quota = staff.review_load(user.pk), staff.of(TaskPerson.Kind.REVIEW).get(user.pk)
        reviewers.append({"user": user, "quota": quota, "waiting": judged.waiting, "decided": judged.decided})
    found = {
        "version": staff.version,
        "labels_openly": task.labels_openly,
        "reviews_openly": task.reviews_openly,
        "in_pool": staff.in_pool,
        "teams": team_progress(task),
        "annotators": annotators,
        "reviewers": reviewers,
    }
    return StaffSerializer(found).data
