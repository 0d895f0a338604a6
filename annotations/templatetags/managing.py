"""Deadlines and priorities as pages show them."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotations.models import LabelingTask

register = template.Library()
Priority = LabelingTask.Priority


@register.simple_tag
def deadline(task: LabelingTask) -> SafeString | str:
    """When it is due, short: a pill once it is overdue; the exact moment is in the tooltip."""
    if task.deadline is None:
        return ""
    moment = timezone.localtime(task.deadline)
    exact = f"{date_format(moment, 'DATETIME_FORMAT')} {moment.tzname()}"
    if task.is_overdue:
        return format_html(
            '<time class="pill pill-warn" datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, _("overdue")
        )
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, _due(moment))


def _due(moment: datetime) -> str:
    now = timezone.localtime()
    minutes = int((moment - now).total_seconds() // 60)
    days = (moment.date() - now.date()).days
    if minutes < 0 or days > 60:
        return date_format(moment, "j M Y")
    if minutes < 60:
        return _("in %(n)d min") % {"n": minutes}
    if minutes < 24 * 60:
        return _("in %(n)d h") % {"n": minutes // 60}
    return ngettext("in %(n)d day", "in %(n)d days", days) % {"n": days}


@register.simple_tag
def priority(task: LabelingTask) -> SafeString | str:
    """The priority where it is not the usual one."""
    if task.priority == Priority.NORMAL:
        return ""
    look = "accent" if task.priority == Priority.HIGH else "quiet"
    return format_html('<span class="pill pill-{}">{}</span>', look, Priority(task.priority).label)
