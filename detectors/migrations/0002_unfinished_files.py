from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('detectors', '0001_initial'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='inferencefile',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'processing'])), fields=['state'], name='unfinished_files'),
        ),
    ]
