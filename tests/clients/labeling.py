"""People answering the rows of an evaluation, over the API that the workbench uses."""

import httpx


def label(door, evaluation_id, answers):
    """Answer the evaluation's rows one after the other as an operator; times in milliseconds, as in the workbench."""
    from evaluations.models import EvaluationQueue

    headers = {"X-API-Key": door.operator_key}
    with httpx.Client(base_url=f"{door.url}/api/v1/", headers=headers) as people:
        for queue in EvaluationQueue.objects.filter(evaluation=evaluation_id):
            for given in answers:
                turn = people.post(f"labeling-tasks/{queue.labeling_task_id}/next").json()["assignment"]["id"]
                sent = {"answers": given, "active_ms": 900, "listened": [[0, 2000]]}
                done = people.post(f"assignments/{turn}/submit", json=sent)
                assert done.status_code == 200, done.text
