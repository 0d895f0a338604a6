from annotations.models.assignments import Assignment, Draft
from annotations.models.questions import Question, QuestionType
from annotations.models.submissions import ReasonCode, Review, Submission
from annotations.models.tasks import ItemFile, LabelingTask, TaskItem, TaskPerson, TaskQuestion, Transfer

__all__ = [
    "Assignment",
    "Draft",
    "ItemFile",
    "LabelingTask",
    "Question",
    "QuestionType",
    "ReasonCode",
    "Review",
    "Submission",
    "TaskItem",
    "TaskPerson",
    "TaskQuestion",
    "Transfer",
]
