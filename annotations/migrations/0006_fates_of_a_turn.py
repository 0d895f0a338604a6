from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("annotations", "0005_suggestions"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignment",
            name="fates",
            field=models.TextField(blank=True, default="", editable=False),
        ),
        migrations.AddField(
            model_name="itemsuggestions",
            name="alias",
            field=models.CharField(default="", max_length=100),
        ),
    ]
