from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0005_suggestions"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="fates",
            field=models.CharField(blank=True, default="", editable=False, max_length=2000),
        ),
        migrations.AddField(
            model_name="itemsuggestions",
            name="alias",
            field=models.CharField(default="", max_length=100),
        ),
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(
                condition=models.Q(("fates", ""), _negated=True),
                fields=["task", "fates", "annotator"],
                name="suggestions_taken",
            ),
        ),
    ]
