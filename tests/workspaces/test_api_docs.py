"""The API's description as a page: objects that have one of several shapes."""

from workspaces.api_docs import groups


def rows_of(part):
    return {row.name: (row.type, row.required, row.description) for row in part}


def test_an_object_of_several_shapes_shows_the_fields_of_all():
    [create] = [
        operation
        for operations in groups().values()
        for operation in operations
        if (operation.method, operation.path) == ("POST", "/v5/questions")
    ]
    sent, [(code, _description, answered)] = rows_of(create.body), create.answers

    assert sent["name"] == ("string", True, "")
    assert sent["prompt"] == ("string", True, "What people are asked.")
    assert sent["question_type"][1:] == (True, "timestamp; categorical; rating; number; free_text; form")
    assert sent["configuration"][1] is False
    assert "rating: steps, min_label, max_label" in sent["configuration"][2]
    assert code == "201"
    assert rows_of(answered)["configuration"][1] is True
    assert rows_of(answered)["archived_at"][:2] == ("string (date-time) or null", True)
