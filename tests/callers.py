"""Who a permission table asks about, in the order of its columns. `people[who]` of the fixture gives each of them."""

WHO = ("superadmin", "administrator", "annotation_administrator", "operator", "auditor", "outsider", "anonymous")
