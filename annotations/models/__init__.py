from annotations.models.aggregates import Adjudication, ItemResult, QualityReport
from annotations.models.assignments import Assignment
from annotations.models.checks import CheckResult, TaskCheck
from annotations.models.comments import Comment
from annotations.models.drafts import Draft
from annotations.models.items import ItemFile, TaskItem, TaskQuestion
from annotations.models.lessons import Attempt, Grade, ItemKey, Requirement
from annotations.models.qualifications import Skill, SkillValue
from annotations.models.questions import Question, QuestionType
from annotations.models.standings import QualityRule, Standing, StandingEvent
from annotations.models.submissions import ReasonCode, Review, Submission
from annotations.models.suggestions import ItemSuggestions
from annotations.models.tasks import LabelingTask, TaskPerson
from annotations.models.teams import TaskTeam
from annotations.models.transfers import Transfer
from annotations.models.vocabularies import Term, Vocabulary, VocabularyVersion, WordProposal

__all__ = [
    "Adjudication",
    "Assignment",
    "Attempt",
    "CheckResult",
    "Comment",
    "Draft",
    "Grade",
    "ItemFile",
    "ItemKey",
    "ItemResult",
    "ItemSuggestions",
    "LabelingTask",
    "QualityReport",
    "QualityRule",
    "Question",
    "QuestionType",
    "ReasonCode",
    "Requirement",
    "Review",
    "Skill",
    "SkillValue",
    "Standing",
    "StandingEvent",
    "Submission",
    "TaskCheck",
    "TaskItem",
    "TaskPerson",
    "TaskQuestion",
    "TaskTeam",
    "Term",
    "Transfer",
    "Vocabulary",
    "VocabularyVersion",
    "WordProposal",
]
