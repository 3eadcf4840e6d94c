using Breakwater.Interop.Tests.Tools;
using Breakwater.Waf.Tests.Harmless;
using static Breakwater.Interop.Tests.Browser.Recording.Recording;

namespace Breakwater.Interop.Tests.Browser.Recording;

/// <summary>Django's administration over a small blog: signs in, adds and changes with inline forms and files, filters, sorts, searches, deletes.</summary>
internal static class DjangoVisit
{
    private const string Home = "https://office.example.org/admin";

    // A project in one file: posts with tags, comments, a file and settings in JSON.
    private const string Project = """
        import os, sys
        from django.conf import settings
        HERE = os.path.dirname(os.path.abspath(__file__))
        settings.configure(
            DEBUG=True, SECRET_KEY='a throwaway key', ALLOWED_HOSTS=['*'], ROOT_URLCONF='office', USE_TZ=True, STATIC_URL='/static/', MEDIA_ROOT=HERE + '/media',
            CSRF_TRUSTED_ORIGINS=['office.example.org'], SECURE_PROXY_SSL_HEADER=None, DEFAULT_AUTO_FIELD='django.db.models.AutoField',
            INSTALLED_APPS=['django.contrib.admin', 'django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions', 'django.contrib.messages', 'django.contrib.staticfiles'],
            MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'django.middleware.common.CommonMiddleware', 'django.middleware.csrf.CsrfViewMiddleware',
                        'django.contrib.auth.middleware.AuthenticationMiddleware', 'django.contrib.messages.middleware.MessageMiddleware'],
            TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates', 'APP_DIRS': True, 'OPTIONS': {'context_processors': [
                'django.template.context_processors.request', 'django.contrib.auth.context_processors.auth', 'django.contrib.messages.context_processors.messages']}}],
            DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': HERE + '/db.sqlite3'}})
        sys.modules['office'] = sys.modules[__name__]
        import django
        django.setup()
        from django.contrib import admin
        from django.db import connection, models
        from django.urls import path

        class Tag(models.Model):
            name = models.CharField(max_length=100)
            class Meta: app_label = 'auth'
            def __str__(self): return self.name

        class Post(models.Model):
            title = models.CharField(max_length=300)
            slug = models.SlugField(max_length=200, blank=True)
            body = models.TextField()
            options = models.JSONField(default=dict, blank=True)
            tags = models.ManyToManyField(Tag, blank=True)
            published = models.DateTimeField(null=True, blank=True)
            price = models.DecimalField(max_digits=8, decimal_places=2, default=0)
            picture = models.FileField(blank=True)
            visible = models.BooleanField(default=True)
            class Meta: app_label = 'auth'
            def __str__(self): return self.title

        class Comment(models.Model):
            post = models.ForeignKey(Post, on_delete=models.CASCADE)
            name = models.CharField(max_length=100)
            text = models.TextField(max_length=2000)
            class Meta: app_label = 'auth'

        class Comments(admin.TabularInline):
            model = Comment
            extra = 2

        @admin.register(Post)
        class Posts(admin.ModelAdmin):
            list_display = ['title', 'published', 'price', 'visible']
            list_filter = ['visible', 'published', 'tags']
            search_fields = ['title', 'body']
            autocomplete_fields = ['tags']
            date_hierarchy = 'published'
            inlines = [Comments]

        @admin.register(Tag)
        class Tags(admin.ModelAdmin):
            search_fields = ['name']

        urlpatterns = [path('admin/', admin.site.urls)]
        if __name__ == '__main__':
            from django.core.management import call_command
            if sys.argv[1] == 'prepare':
                call_command('migrate', verbosity=0)
                with connection.schema_editor() as schema:
                    for model in (Tag, Post, Comment): schema.create_model(model)
                from django.contrib.auth.models import User
                User.objects.create_superuser('ada', 'ada@example.org', 'high-water')
                for name in ("c++", "o'reilly", "rock & roll", "<html>", "select"): Tag.objects.create(name=name)
            else:
                call_command('runserver', sys.argv[2], '--noreload', '--insecure')
        """;

    public static async Task RecordAsync()
    {
        SiteProcess.Require("/usr/lib/python3/dist-packages/django", "python3-django");
        await using SiteProcess site = new();
        string project = site.Directory.Write("project.py", Project);
        await SiteProcess.RunAsync("/usr/bin/python3", project, "prepare");
        ToolProcess server = site.Start("/usr/bin/python3", project, "serve", site.Endpoint.ToString());
        await server.WaitForListenerAsync(site.Endpoint);
        await using Recording recording = await StartAsync("django", ("office.example.org", site.Endpoint));

        recording.Step("sign-in");
        await recording.OpenAsync($"{Home}/auth/post/?visible__exact=1&o=-2.1");
        await recording.SubmitAsync(("#id_username", "ada"), ("#id_password", "';-) wrong"));
        await recording.SubmitAsync(("#id_username", "ada"), ("#id_password", "high-water"));

        recording.Step("add");
        int number = 0;
        string[][] people = [.. Texts.Rows("people.txt")];
        foreach (string post in Texts.Files("posts-*.md").SelectMany(Texts.Pieces).Concat(Texts.Pieces("richtext.html")))
        {
            string[] person = people[number++ % people.Length];
            await recording.OpenAsync($"{Home}/auth/post/add/");
            if (number % 4 == 0)
            {
                (string name, string type, string script) = Samples.Files[number / 4 % Samples.Files.Count];
                await recording.RunAsync(
                    $"const files = new DataTransfer(); files.items.add(new File([{script}], {Quote(name)}, {{ type: {Quote(type)} }})); document.querySelector('#id_picture').files = files.files;");
            }

            await recording.SubmitWithAsync(
                number % 2 == 0 ? "[name=_save]" : "[name=_continue]",
                ("#id_title", post.Split('\n')[0]), ("#id_body", post), ("#id_options", """{"layout": "wide", "regex": "^a|b$", "note": "it's <b>bold</b>; 1=1"}"""), ("#id_published_0", "2024-05-31"), ("#id_published_1", "16:00:00"),
                ("#id_price", "12.50"), ("#id_comment_set-0-name", person[0]), ("#id_comment_set-0-text", person[^1]), ("#id_slug", $"post-{number}"));
        }

        recording.Step("list");
        foreach (string query in (string[])
            [
                "?q=o%27brien", "?all=", "?o=1.-2", "?visible__exact=0", "?published__gte=2024-05-01+00%3A00%3A00%2B00%3A00&published__lt=2024-06-01+00%3A00%3A00%2B00%3A00", "?published__year=2024&published__month=5",
                "?tags__id__exact=3", "?p=1", "?tags__isnull=True", "?e=1",
            ]) await recording.OpenAsync($"{Home}/auth/post/{query}");
        foreach (string text in Texts.Lines("search.txt").Where((_, i) => i % 4 == 2))
        {
            await recording.OpenAsync($"{Home}/auth/post/");
            await recording.SubmitAsync(("#searchbar", text));
        }

        recording.Step("complete");
        await recording.OpenAsync($"{Home}/auth/post/1/change/");
        foreach (string text in (string[])["c+", "o'r", "<ht", "sel", "rock & r"])
        {
            await recording.RunAsync(
                $"const $ = django.jQuery; $('#id_tags').select2('open'); $('.select2-search__field').val({Quote(text)}).trigger('input').trigger('keyup'); await new Promise(r => setTimeout(r, 600));");
        }

        recording.Step("change");
        await recording.OpenAsync($"{Home}/auth/post/");
        await recording.LeaveAsync("document.querySelectorAll('.action-select').forEach((box, i) => { if (i < 5) box.click(); }); document.querySelector('[name=action]').value = 'delete_selected'; document.querySelector('#changelist-form [name=index]').click();");
        await recording.LeaveAsync("document.querySelector('#content form [type=submit]').click()");
        await recording.OpenAsync($"{Home}/auth/post/7/history/");
        await recording.OpenAsync($"{Home}/auth/tag/add/?_to_field=id&_popup=1");
        foreach (string text in Texts.Lines("languages.txt").Where((_, i) => i % 4 == 0))
        {
            await recording.OpenAsync($"{Home}/auth/tag/add/");
            await recording.SubmitWithAsync("[name=_addanother]", ("#id_name", text));
        }

        await recording.OpenAsync($"{Home}/auth/user/add/");
        await recording.SubmitAsync(("#id_username", "sinead.o+connor@example.org"), ("#id_password1", "nothing;compares--'2u"), ("#id_password2", "nothing;compares--'2u"));
        await recording.OpenAsync($"{Home}/auth/user/1/change/");
        await recording.SubmitWithAsync("[name=_save]", ("#id_first_name", "Ada & co."), ("#id_last_name", "O'Water"));
        await recording.OpenAsync($"{Home}/password_change/");
        await recording.SubmitAsync(("#id_old_password", "high-water"), ("#id_new_password1", "low \"water\" <1>"), ("#id_new_password2", "low \"water\" <1>"));
        recording.Save("The administration of Django (Debian's package python3-django) over a blog, in Chromium.");
    }
}
