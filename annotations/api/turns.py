"""Turns: each verb of a person at one item is a call."""

from annotations.api.comments import CommentCalls
from annotations.api.managing import SettingAsideCalls
from annotations.api.reviewing import VerdictCalls
from annotations.api.working import LabelingCalls


class AssignmentViewSet(LabelingCalls, VerdictCalls, SettingAsideCalls, CommentCalls):
    scope = "labeling"
