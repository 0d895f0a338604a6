"""What people and programs get for one turn. `payload` makes it; here it is for the documentation."""

from typing import Any

from rest_framework import serializers

from annotations.fates import PROPOSED
from annotations.models import Assignment, LabelingTask, QuestionType, Standing
from workspaces.models import Job


class NamedPersonSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class WrittenCommentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    author = NamedPersonSerializer()
    at_ms = serializers.IntegerField(allow_null=True, help_text="Moment of the recording; null for the whole item.")
    text = serializers.CharField()
    created_at = serializers.DateTimeField()
    mine = serializers.BooleanField()


class WorkAssignmentSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Assignment.State.choices)
    moves = serializers.ListField(child=serializers.CharField(), help_text="What the caller may do with it now.")
    revision = serializers.IntegerField(help_text="Submissions so far.")
    draft_version = serializers.IntegerField(help_text="Of the caller's draft; 0 without one.")
    lease_seconds = serializers.IntegerField(help_text="So long it is kept after the last save.")
    annotator = serializers.DictField(child=serializers.CharField(), allow_null=True)
    review_level = serializers.IntegerField()
    for_adjudication = serializers.BooleanField()
    # For those who only look at it.
    state_label = serializers.CharField(required=False)
    origin_label = serializers.CharField(required=False)
    correction_label = serializers.CharField(required=False)
    skip_reason = serializers.CharField(required=False)
    reviewer = NamedPersonSerializer(required=False, allow_null=True)


class WorkTaskSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    instructions_html = serializers.CharField()
    review_mode = serializers.CharField()
    lesson = serializers.ChoiceField(
        choices=[purpose.value for purpose in LabelingTask.LESSONS],
        allow_null=True,
        help_text="In a training or an exam which of them; else null.",
    )


class WorkFileSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(help_text="Which of the item's recordings.")
    id = serializers.UUIDField()
    filename = serializers.CharField()
    duration_ms = serializers.IntegerField()
    n_samples = serializers.IntegerField()
    sample_rate = serializers.IntegerField()
    channels = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.CharField())
    audio_url = serializers.CharField()
    audio_type = serializers.CharField()
    peaks_url = serializers.CharField()
    peaks = serializers.DictField()


class WorkItemSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    position = serializers.IntegerField()
    data = serializers.DictField(help_text="The recording's values.")  # type: ignore[assignment]
    files = WorkFileSerializer(many=True, help_text="The one that is listened to comes first.")


class WorkQuestionSerializer(serializers.Serializer[Any]):
    alias = serializers.CharField()
    type = serializers.ChoiceField(choices=QuestionType.choices)
    name = serializers.CharField()
    prompt = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]
    configuration = serializers.DictField()
    layout = serializers.DictField(help_text="What of the item is shown with it, and where; empty: nothing is said.")


class WorkDraftSerializer(serializers.Serializer[Any]):
    answers = serializers.DictField()
    active_ms = serializers.IntegerField()
    listened = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class WorkSubmissionSerializer(WorkDraftSerializer):
    id = serializers.UUIDField()
    revision = serializers.IntegerField()
    author = NamedPersonSerializer()
    created_at = serializers.DateTimeField()


class WorkVerdictSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    verdict = serializers.CharField()
    origin = serializers.CharField()
    origin_label = serializers.CharField()
    correction = serializers.CharField()
    correction_label = serializers.CharField()
    author = serializers.CharField()
    reason_code = serializers.CharField()
    reason = serializers.CharField()
    comment = serializers.CharField()
    reviewer = serializers.CharField()
    at = serializers.DateTimeField()


class WorkCheckSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    what = serializers.CharField(help_text="The code in words.")
    aliases = serializers.ListField(child=serializers.CharField())
    sentence = serializers.CharField()
    by = serializers.CharField(help_text="By rules or by a language model.")
    outcome = serializers.CharField()
    outcome_label = serializers.CharField()
    meaning = serializers.CharField(required=False)


class WorkPreviousSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    answers = serializers.DictField()
    author = NamedPersonSerializer()
    verdict = serializers.CharField()
    reason = serializers.CharField()
    comment = serializers.CharField()
    reviewer = serializers.CharField()


class WorkChangeSerializer(serializers.Serializer[Any]):
    alias = serializers.CharField()
    kind = serializers.CharField(help_text="added, removed, moved, relabeled, noted or changed")
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class WorkRevisionSerializer(serializers.Serializer[Any]):
    revision = serializers.IntegerField()
    author = NamedPersonSerializer()
    created_at = serializers.DateTimeField()


class WorkProgressSerializer(serializers.Serializer[Any]):
    done = serializers.IntegerField()
    total = serializers.IntegerField()


class WorkSuggestionSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    start_ms = serializers.IntegerField()
    end_ms = serializers.IntegerField()
    confidence = serializers.FloatField()
    fate = serializers.ChoiceField(
        choices=PROPOSED, required=False, help_text="For those who judge or look: what became of it."
    )


class WorkModelSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(allow_null=True, help_text="Null once the model is deleted.")
    name = serializers.CharField()


class WorkSuggestionsSerializer(serializers.Serializer[Any]):
    model = WorkModelSerializer()
    threshold = serializers.FloatField(help_text="Least confidence that is suggested.")
    alias = serializers.CharField(help_text="The question whose labels are suggested.")
    rows = WorkSuggestionSerializer(many=True)
    dismissed = serializers.ListField(child=serializers.CharField(), help_text="Ids that were turned down.")


class QuestionFeedbackSerializer(serializers.Serializer[Any]):
    alias = serializers.CharField()
    right = serializers.BooleanField()
    share = serializers.FloatField(help_text="How much of the answer agrees, 0 to 1.")
    expected = serializers.JSONField(
        allow_null=True, required=False, help_text="The right answer, once the item is not answered again."
    )


class FeedbackSerializer(serializers.Serializer[Any]):
    is_right = serializers.BooleanField()
    again = serializers.BooleanField(help_text="The item came back, to be answered a second time.")
    questions = QuestionFeedbackSerializer(many=True)
    hint = serializers.CharField()
    explanation = serializers.CharField()


class WorkSerializer(serializers.Serializer[Any]):
    """A turn with all it takes to label, judge or look at it."""

    assignment = WorkAssignmentSerializer()
    task = WorkTaskSerializer()
    item = WorkItemSerializer()
    questions = WorkQuestionSerializer(many=True)
    draft = WorkDraftSerializer(help_text="What the caller has so far; in rework what was handed in last.")
    prefilled = serializers.ListField(
        child=serializers.CharField(), help_text="Aliases of the answers in `draft` that the item came with."
    )
    suggestions = WorkSuggestionsSerializer(
        allow_null=True, help_text="What a model proposes. Null where none does, or none has listened yet."
    )
    returned = WorkVerdictSerializer(allow_null=True, help_text="Why it came back.")
    submission = WorkSubmissionSerializer(allow_null=True, help_text="For those who judge or look.")
    previous = WorkPreviousSerializer(allow_null=True, help_text="What it was before it was returned or fixed.")
    changes = WorkChangeSerializer(many=True, help_text="From `previous` to `submission`.")
    comments = WrittenCommentSerializer(many=True)
    checks = WorkCheckSerializer(many=True, help_text="What automatic checks found, for those who judge or manage.")
    history = WorkVerdictSerializer(many=True)
    progress = WorkProgressSerializer(allow_null=True, help_text="The caller's own.")
    feedback = FeedbackSerializer(allow_null=True, help_text="In a training: what there is to say of the last answers.")
    revisions = WorkRevisionSerializer(many=True, required=False, help_text="For those who only look at it.")
    fix_begun_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="For an auditor who has begun a fix of it."
    )


class DraftSavedSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="To be sent with the next draft.")
    saved_at = serializers.DateTimeField()
    lease_seconds = serializers.IntegerField()


class SubmissionMadeSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    revision = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Assignment.State.choices)


class StandingNoticeSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=Standing.State.choices)
    text = serializers.CharField()


class SetAsideSerializer(serializers.Serializer[Any]):
    next = WorkSerializer(allow_null=True, help_text="The next item when it was asked for and one waits.")
    notice = StandingNoticeSerializer(
        allow_null=True, help_text="What the caller is told of their standing: a warning, or why nothing comes next."
    )


class HandedInSerializer(SetAsideSerializer):
    submission = SubmissionMadeSerializer()
    feedback = FeedbackSerializer(allow_null=True, help_text="In a training: what there is to say of these answers.")


class GeneratingSerializer(serializers.Serializer[Any]):
    job_id = serializers.UUIDField()
    state = serializers.ChoiceField(choices=Job.State.choices)
