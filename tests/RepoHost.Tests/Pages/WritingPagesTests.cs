using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using GateMiddleware.Policy;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Pages that make repositories and commits. Who is let in is the door table's; what the browser does, the end-to-end tests'.</summary>
public sealed class WritingPagesTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    private const string Hostile = "\"><img src=x onerror=alert(1)><script>alert(2)</script>\u202e";

    [Fact]
    public async Task A_text_is_changed_and_keeps_its_line_ends_its_beginning_and_its_mode()
    {
        var hub = await world.NewAsync();
        await new CommitRequest().File("crlf.txt", "one\r\ntwo\r\n").File("bom.txt", [0xef, 0xbb, 0xbf, .. "x\n"u8]).SendAsync(world, world.Owner.Token, hub.Id);
        hub.Git("update-ref", "refs/heads/feature/x", "main");
        foreach (var (path, sent, expected) in new[] { ("crlf.txt", "1\r\n2\r\nü\r\n", "1\r\n2\r\nü\r\n"), ("bom.txt", "y\r\nz\r\n", "\ufeffy\nz\n"), ("config.json", "{\r\n}", "{\n}") })
        {
            var answer = await EditAsync(hub, path, Blob(hub, path), sent, branch: "feature/x");
            Assert.Equal((303, $"/{hub.Id}/blob/feature%2Fx/{path}"), (answer.Status, answer.Location));
            Assert.Equal(expected, Encoding.UTF8.GetString((await hub.DownloadAsync(path, revision: "feature/x"))!));
        }

        Assert.Equal("Update config.json", hub.Git("log", "-1", "--format=%s", "feature/x"));
        Assert.Equal("{}\n", Encoding.UTF8.GetString((await hub.DownloadAsync("config.json"))!));
        hub.AssertSound();
    }

    [Fact]
    public async Task Who_was_not_fast_enough_sees_both_versions_and_keeps_theirs()
    {
        var hub = await world.NewAsync();
        var blob = Blob(hub, "sub/a.txt");
        await new CommitRequest("Theirs").File("sub/a.txt", $"their text {Hostile}\n").SendAsync(world, world.Owner.Token, hub.Id);
        var conflict = await EditAsync(hub, "sub/a.txt", blob, "my text\n");
        Assert.Equal(412, conflict.Status);
        Assert.Contains("Somebody has changed this file since you began", conflict.Text, StringComparison.Ordinal);
        Assert.Contains("my text\n</textarea>", WebUtility.HtmlDecode(conflict.Text), StringComparison.Ordinal);
        Assert.Contains("their text", conflict.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", conflict.Text, StringComparison.Ordinal);
        var theirs = Blob(hub, "sub/a.txt");
        Assert.Contains($"name=\"Blob\" value=\"{theirs}\"", conflict.Text, StringComparison.Ordinal);
        Assert.Equal(303, (await EditAsync(hub, "sub/a.txt", theirs, "my text\n")).Status);
        Assert.Equal("my text", hub.Show("sub/a.txt"));

        // Another file's commit is none of this one's business.
        var mine = Blob(hub, "sub/a.txt");
        await new CommitRequest("elsewhere").File("elsewhere.txt", "x").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(303, (await EditAsync(hub, "sub/a.txt", mine, "my second text\n")).Status);
        await new CommitRequest("gone").Delete("sub/a.txt").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Contains("Somebody has deleted this file", (await EditAsync(hub, "sub/a.txt", Blob(hub, "sub/deep/b.txt"), "x")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_file_is_written_where_there_is_none_and_nowhere_else()
    {
        var hub = await world.NewAsync();
        Assert.Equal((303, $"/{hub.Id}/blob/main/sub/new/c%20d.txt"), Where(await EditAsync(hub, "sub", "", "new\n", name: "new/c d.txt")));
        Assert.Equal("new", hub.Show("sub/new/c d.txt"));
        Assert.Equal("Create c d.txt", hub.Git("log", "-1", "--format=%s", "main"));
        var taken = await EditAsync(hub, "", "", "other\n", name: "config.json");
        Assert.Equal(412, taken.Status);
        Assert.Contains("There is a file of that name already", taken.Text, StringComparison.Ordinal);
        // A folder is not replaced, however often it is sent.
        var folder = await EditAsync(hub, "", "", "other\n", name: "sub");
        Assert.Equal(412, folder.Status);
        Assert.Contains("sub is a folder. Choose another name", folder.Text, StringComparison.Ordinal);
        Assert.DoesNotMatch("name=\"Blob\" value=\"[0-9a-f]", folder.Text);
        foreach (var (wrong, sentence) in new[] { ("../x", "has an empty"), (".git/config", "a part of it is"), ("", "it is empty"), ("a//b", "has an empty"), ("a\nb", "line break") })
        {
            var refused = await EditAsync(hub, "", "", "x", name: wrong);
            Assert.Equal(200, refused.Status);
            Assert.Contains(sentence, WebUtility.HtmlDecode(refused.Text), StringComparison.Ordinal);
        }

        Assert.Contains("is a file, so nothing can be put into it", WebUtility.HtmlDecode((await EditAsync(hub, "", "", "x", name: "config.json/x")).Text), StringComparison.Ordinal);
        Assert.Contains("value=\"docs/usage.md\"", (await GetAsync($"{hub.Id}/edit/main/docs/usage.md")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_text_of_its_own_is_not_edited()
    {
        var hub = await world.NewAsync();
        await new CommitRequest().File("w.bin", "0123456789").File("picture.png", [1, 0, 2]).File("latin.txt", [0xe9]).File("large.txt", new byte[999_999].Select(_ => (byte)'a').Concat("\n\n"u8.ToArray()).ToArray()).SendAsync(world, world.Owner.Token, hub.Id);
        foreach (var (path, sentence) in new[] { ("w.bin", "kept in LFS"), ("picture.png", "not text in UTF-8"), ("latin.txt", "not text in UTF-8"), ("large.txt", "kept in LFS") })
        {
            var page = await GetAsync($"{hub.Id}/edit/main/{path}");
            Assert.Equal(400, page.Status);
            Assert.Contains(sentence, page.Text, StringComparison.Ordinal);
        }

        hub.Git("tag", "v1", "main");
        Assert.Contains("on branches only", (await GetAsync($"{hub.Id}/edit/v1/config.json")).Text, StringComparison.Ordinal);
        Assert.Equal(400, (await GetAsync($"{hub.Id}/upload/{hub.Tip()}")).Status);
        Assert.Equal(404, (await GetAsync($"{hub.Id}/edit/nothing/config.json")).Status);
        Assert.Equal(404, (await GetAsync($"{hub.Id}/delete/main/nothing")).Status);

        var reader = await GetAsync($"{hub.Id}/edit/main/config.json", world.Reader.Token);
        Assert.Equal(403, reader.Status);
        Assert.Contains("have the right for what this page does. Ask", reader.Text, StringComparison.Ordinal);
        Assert.Contains($"href=\"/{hub.Id}\">Back to the repository", reader.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_push_rules_hold_and_are_said_word_for_word_with_the_text_kept()
    {
        var hub = await world.NewAsync("---\ngated: manual\n---\n# Gated\n");
        var lowered = await EditAsync(hub, "README.md", Blob(hub, "README.md"), "# Open now\n", by: world.Contributor.Token);
        Assert.Equal(403, lowered.Status);
        Assert.Contains("This would lower the repository's gate from manual to open", WebUtility.HtmlDecode(lowered.Text), StringComparison.Ordinal);
        Assert.Contains("# Open now\n</textarea>", WebUtility.HtmlDecode(lowered.Text), StringComparison.Ordinal);
        var broken = await EditAsync(hub, "README.md", Blob(hub, "README.md"), "---\ngated: perhaps\n---\n");
        Assert.Equal(400, broken.Status);
        Assert.Contains("README.md, line 2, column 8:", WebUtility.HtmlDecode(broken.Text), StringComparison.Ordinal);
        var hidden = await EditAsync(hub, "README.md", Blob(hub, "README.md"), "---\ngated: manual\nextra_gated_promt: You agree.\n---\n");
        Assert.Equal(400, hidden.Status);
        Assert.Contains("README.md, line 3, column 1: the key 'extra_gated_promt' must be written 'extra_gated_prompt'", WebUtility.HtmlDecode(hidden.Text), StringComparison.Ordinal);
        Assert.Equal(403, (await PostAsync($"{hub.Id}/delete/main/README.md", new() { ["Blob"] = Blob(hub, "README.md") }, world.Contributor.Token)).Status);
        Assert.Equal("---\ngated: manual\n---\n# Gated", hub.Show("README.md"));
        Assert.Equal((303, $"/{hub.Id}"), Where(await EditAsync(hub, "README.md", Blob(hub, "README.md"), "# Open now\n")));
    }

    [Fact]
    public async Task The_preview_shows_the_card_what_is_wrong_with_it_and_the_gates_form_and_nothing_of_it_is_markup()
    {
        var hub = await world.NewAsync();
        var card = $"---\ngated: manual\nextra_gated_heading: 'Heading {Hostile}'\nextra_gated_prompt: '**Strong** {Hostile}'\nextra_gated_fields:\n  'Label {Hostile}': text\n  Country: country\n  Odd: nothing\n---\n# Title\n\n{Hostile}\n\n`code`\n";
        var preview = await PreviewAsync(hub, "README.md", card);
        Assert.Contains("data-next-gate=\"manual\"", preview, StringComparison.Ordinal);
        Assert.Contains("<strong>Strong</strong>", preview, StringComparison.Ordinal);
        Assert.Contains("Germany", preview, StringComparison.Ordinal);
        Assert.Contains("README.md, line 8,", preview, StringComparison.Ordinal);
        Assert.Contains(">Title<a class=\"anchor\"", preview, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>", preview, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", preview, StringComparison.Ordinal);
        Assert.DoesNotContain("<form", preview, StringComparison.Ordinal);
        Assert.DoesNotContain("<html", preview, StringComparison.Ordinal);

        var broken = await PreviewAsync(hub, "README.md", "---\ngated: [\n---\n# x\n");
        Assert.Contains("can&#x27;t be read, so this can&#x27;t be committed", broken, StringComparison.Ordinal);
        Assert.DoesNotContain("data-next-gate", broken, StringComparison.Ordinal);
        Assert.DoesNotContain("data-problems", await PreviewAsync(hub, "sub/README.md", card, name: "sub/README.md"), StringComparison.Ordinal);
        Assert.Equal("# A model", hub.Show("README.md"));
        Assert.Equal(403, (await PostAsync($"{hub.Id}/edit/main/README.md?handler=Preview", new() { ["Text"] = "x" }, world.Reader.Token)).Status);
    }

    [Fact]
    public async Task Messages_are_kept_and_bounded()
    {
        var hub = await world.NewAsync();
        var said = await PostAsync($"{hub.Id}/edit/main/config.json", new() { ["Blob"] = Blob(hub, "config.json"), ["Text"] = "{ }\n", ["Summary"] = $"Say {Hostile}", ["Description"] = "Line\r\nline" });
        Assert.Equal(303, said.Status);
        Assert.Equal($"Say {Hostile}\n\nLine\nline", hub.Git("log", "-1", "--format=%B", "main"));
        foreach (var (summary, description) in new[] { (new string('x', 501), ""), ("two\nlines", ""), ("", new string('y', 10_001)), ("", "\0") })
            Assert.Contains("data-faults", (await PostAsync($"{hub.Id}/edit/main/config.json", new() { ["Blob"] = Blob(hub, "config.json"), ["Text"] = "{  }\n", ["Summary"] = summary, ["Description"] = description })).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_was_changed_meanwhile_is_not_deleted_unseen()
    {
        var hub = await world.NewAsync();
        var blob = Blob(hub, "sub/deep/b.txt");
        await new CommitRequest().File("sub/deep/b.txt", "changed\n").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(412, (await PostAsync($"{hub.Id}/delete/main/sub/deep/b.txt", new() { ["Blob"] = blob })).Status);
        Assert.Equal((303, $"/{hub.Id}/tree/main/sub"), Where(await PostAsync($"{hub.Id}/delete/main/sub/deep/b.txt", new() { ["Blob"] = Blob(hub, "sub/deep/b.txt") })));
        Assert.Null(hub.Show("sub/deep/b.txt"));
    }

    [Fact]
    public async Task The_form_takes_files_with_their_folders_and_refuses_names_that_lead_out()
    {
        var hub = await world.NewAsync();
        Assert.Equal((303, $"/{hub.Id}/tree/main/new%20folder"), Where(await UploadAsync(hub, "new%20folder", ("deep/ü.txt", "1"), ("w.bin", "weights"), ("empty.txt", ""))));
        Assert.Equal(["new folder/deep/ü.txt", "new folder/empty.txt", "new folder/w.bin"], hub.Files().Where(file => file.StartsWith("new folder/", StringComparison.Ordinal)));
        Assert.Equal(7, hub.Pointer("new folder/w.bin")!.Size);
        Assert.Equal("Upload files", hub.Git("log", "-1", "--format=%s", "main"));
        Assert.Equal(303, (await UploadAsync(hub, "", ("one.txt", "1"))).Status);
        Assert.Equal("Upload one.txt", hub.Git("log", "-1", "--format=%s", "main"));
        foreach (var wrong in (string[])["../out.txt", "/etc/x", ".git/config", "a/../../b", "x/.GIT /y"])
        {
            var refused = await UploadAsync(hub, "", (wrong, "x"));
            Assert.Equal(200, refused.Status);
            Assert.Contains("be a file&#x27;s name here", refused.Text, StringComparison.Ordinal);
        }

        var hostile = await UploadAsync(hub, "", ("../" + Hostile.Replace("\"", "'", StringComparison.Ordinal), "x"));
        Assert.DoesNotContain("<img src=x", hostile.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", hostile.Text, StringComparison.Ordinal);
        Assert.Contains("Choose one file at least", (await UploadAsync(hub, "")).Text, StringComparison.Ordinal);
        hub.AssertSound();
    }

    /// <summary>A form is only read for those who may send it, and only as far as it may be large.</summary>
    [Fact]
    public async Task A_form_that_is_too_large_is_refused_before_it_is_read()
    {
        var hub = await world.NewAsync();
        using var client = world.Client();
        foreach (var (token, expected) in new[] { (null, 401), (world.Reader.Token, 403), (world.Owner.Token, 413) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/{hub.Id}/upload/main");
            request.Headers.Authorization = token is null ? null : new("Bearer", token);
            request.Headers.ExpectContinue = true;
            request.Content = new StreamContent(new Endless(300_000_000));
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse("multipart/form-data; boundary=x");
            request.Content.Headers.ContentLength = 300_000_000;
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(expected, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task A_repository_is_made_as_by_the_API_with_its_gate_from_the_first_moment()
    {
        using var owner = await PageVisitor.OpenAsync(world, "owner");
        var name = $"made-{Guid.NewGuid():N}"[..20];
        var answer = await owner.PostAsync("/new", ("Type", "dataset"), ("Owner", "acme"), ("Name", name), ("License", "mit"), ("Gate", "manual"));
        Assert.Equal((303, $"/datasets/acme/{name}/tree/main"), (answer.Status, answer.Location));
        var made = (await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Dataset, "acme", name, CancellationToken.None))!;
        Assert.Equal((GateMode.Manual, false, world.Owner.Id), (made.GateSetting, made.Private, made.CreatedById));
        var hub = new TestHub(world, made.FullName, made);
        Assert.Equal($"---\nlicense: mit\n---\n\n# {name}", hub.Show("README.md"));
        Assert.Contains("*.safetensors filter=lfs", hub.Show(".gitattributes"), StringComparison.Ordinal);

        Assert.NotNull((await owner.PostAsync("/new", ("Type", "dataset"), ("Owner", "acme"), ("Name", name.ToUpperInvariant()))).TextOf("id=\"Name-error\""));
        Assert.Contains("must begin and end with", (await owner.PostAsync("/new", ("Type", "model"), ("Owner", "acme"), ("Name", "-x-"))).Text, StringComparison.Ordinal);
        foreach (var (field, value) in new[] { ("Owner", "stranger"), ("Owner", "nobody-of-that-name"), ("Type", "kernel"), ("Gate", "perhaps"), ("Visibility", "secret"), ("License", "mit\ngated: false"), ("Type", "space") })
            Assert.Contains("data-faults", (await owner.PostAsync("/new", new Dictionary<string, string> { ["Type"] = "model", ["Owner"] = "acme", ["Name"] = "never", [field] = value }.Select(f => (f.Key, f.Value)))).Html, StringComparison.Ordinal);
        using var reader = await PageVisitor.OpenAsync(world, "reader");
        Assert.Contains("data-faults", (await reader.PostAsync("/new", ("Type", "model"), ("Owner", "acme"), ("Name", "never"))).Html, StringComparison.Ordinal);
        Assert.Equal(400, (await owner.PostWithoutFieldAsync("/new", ("Type", "model"), ("Owner", "acme"), ("Name", "never"))).Status);
        using var nobody = await PageVisitor.OpenAsync(world, null);
        Assert.Equal((302, "/login?next=%2Fnew"), ((await nobody.GetAsync("/new")).Status, (await nobody.GetAsync("/new")).Location));
        Assert.Null(await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, "acme", "never", CancellationToken.None));
    }

    [Fact]
    public async Task The_form_begins_with_what_the_address_and_the_organization_say()
    {
        using var owner = await PageVisitor.OpenAsync(world, "owner");
        var page = await owner.GetAsync("/new?type=space&owner=acme&name=" + Uri.EscapeDataString(Hostile));
        Assert.Matches("value=\"space\"[^>]* checked", page.Html);
        Assert.Matches("<option[^>]*selected[^>]*value=\"acme\"", page.Html);
        Assert.DoesNotContain("<img src=x", page.Html, StringComparison.Ordinal);
        Assert.Contains("\"ok\":true", (await owner.GetAsync("/new?handler=Check&type=model&owner=acme&name=free-name")).Html, StringComparison.Ordinal);
        Assert.Contains("\"ok\":false", (await owner.GetAsync("/new?handler=Check&type=model&owner=acme&name=free..name")).Html, StringComparison.Ordinal);
        // Whether somebody else's name is taken is nobody's business.
        Assert.Contains("You can\\u0027t create repositories there.", (await owner.GetAsync("/new?handler=Check&type=model&owner=stranger&name=free-name")).Html, StringComparison.Ordinal);

        await world.Services.GetRequiredService<Organizations>().AddAsync("closed", "Closed", "owner", CancellationToken.None);
        var closed = (await world.Services.GetRequiredService<Organizations>().FindAsync("closed", CancellationToken.None))!;
        await world.Services.GetRequiredService<OrganizationSettings>().ChangeAsync(closed.Id, new(null, true), CancellationToken.None);
        Assert.Matches("value=\"private\"[^>]* checked", (await owner.GetAsync("/new?owner=closed")).Html);
        Assert.Matches("value=\"public\"[^>]* checked", (await owner.GetAsync("/new?owner=acme")).Html);

        // Without script the page keeps what it had for the owner that stood there first.
        var asked = await owner.PostAsync("/new", [.. New("public", "owner")]);
        Assert.Equal(200, asked.Status);
        Assert.Contains("New repositories of closed are private. If this one is to be public, choose that again.", asked.Text, StringComparison.Ordinal);
        Assert.Matches("value=\"private\"[^>]* checked", asked.Html);
        Assert.Equal("closed", Regex.Match(asked.Html, "name=\"VisibilityOf\" value=\"([^\"]*)").Groups[1].Value);
        Assert.Equal(303, (await owner.PostAsync("/new", [.. New("public", "closed")])).Status);
        Assert.Equal(303, (await owner.PostAsync("/new", [.. New(null, null)])).Status);
        Assert.True((await FindAsync("hidden")).Private);
        Assert.False((await FindAsync("shown")).Private);

        static IEnumerable<(string, string)> New(string? visibility, string? of) =>
            [("Type", "model"), ("Owner", "closed"), ("Name", visibility is null ? "hidden" : "shown"), .. visibility is null ? Array.Empty<(string, string)>() : [("Visibility", visibility), ("VisibilityOf", of!)]];

        async Task<RepositoryRecord> FindAsync(string name) => (await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, "closed", name, CancellationToken.None))!;
    }

    private static (int, string?) Where((int Status, string Text, string? Location) answer) => (answer.Status, answer.Location);

    private static string Blob(TestHub hub, string path, string revision = "main") => hub.Git("rev-parse", $"{revision}:{path}");

    private Task<(int Status, string Text, string? Location)> EditAsync(TestHub hub, string path, string blob, string text, string? name = null, string? by = null, string branch = "main") =>
        PostAsync($"{hub.Id}/edit/{Uri.EscapeDataString(branch)}/{path}", new() { ["Blob"] = blob, ["Text"] = text, ["Name"] = name ?? "" }, by);

    private async Task<string> PreviewAsync(TestHub hub, string path, string text, string? name = null)
    {
        using var client = world.Client(world.Owner.Token);
        client.DefaultRequestHeaders.Add("X-Part", "preview");
        using var response = await client.PostAsync($"/{hub.Id}/edit/main/{path}?handler=Preview", Form(new() { ["Text"] = text, ["Name"] = name ?? "" }));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private Task<(int Status, string Text, string? Location)> UploadAsync(TestHub hub, string folder, params (string Name, string Text)[] files)
    {
        var form = new MultipartFormDataContent { { new StringContent(""), "Summary" } };
        form.HeaderEncodingSelector = (_, _) => Encoding.UTF8;
        foreach (var (name, text) in files)
        {
            var part = new ByteArrayContent(Encoding.UTF8.GetBytes(text));
            part.Headers.TryAddWithoutValidation("Content-Disposition", $"form-data; name=\"files\"; filename=\"{name}\"");
            form.Add(part);
        }

        return SendAsync($"{hub.Id}/upload/main/{folder}", form, world.Owner.Token);
    }

    private Task<(int Status, string Text, string? Location)> PostAsync(string path, Dictionary<string, string> fields, string? by = null) => SendAsync(path, Form(fields), by ?? world.Owner.Token);

    private static MultipartFormDataContent Form(Dictionary<string, string> fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        return form;
    }

    private async Task<(int Status, string Text, string? Location)> SendAsync(string path, HttpContent content, string token)
    {
        using var client = world.Client(token);
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        using var response = await client.PostAsync("/" + path, content);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString);
    }

    private async Task<(int Status, string Text, string? Location)> GetAsync(string path, string? token = null)
    {
        using var client = world.Client(token switch { null => world.Owner.Token, "" => null, _ => token });
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Mode", "navigate");
        using var response = await client.GetAsync("/" + path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.Location?.OriginalString);
    }

    /// <summary>Bytes that nobody should ask for.</summary>
    private sealed class Endless(long length) : Stream
    {
        private long left = length;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();
        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = (int)Math.Min(count, left);
            left -= read;
            return read;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
