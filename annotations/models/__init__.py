from annotations.models.assignments import Assignment
from annotations.models.comments import Comment
from annotations.models.drafts import Draft
from annotations.models.items import ItemFile, TaskItem, TaskQuestion
from annotations.models.questions import Question, QuestionType
from annotations.models.submissions import ReasonCode, Review, Submission
from annotations.models.suggestions import ItemSuggestions
from annotations.models.tasks import LabelingTask, TaskPerson
from annotations.models.transfers import Transfer

__all__ = [
    "Assignment",
    "Comment",
    "Draft",
    "ItemFile",
    "ItemSuggestions",
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
