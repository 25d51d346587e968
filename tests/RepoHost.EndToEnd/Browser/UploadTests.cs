using System.Security.Cryptography;
using System.Text;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Making a repository and putting files into it, in the browser.</summary>
public sealed class UploadTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private const string Hostile = "\"><img src=x onerror=alert(1)>.txt";

    [Fact]
    public async Task A_repository_is_made_and_files_small_and_large_go_up_and_come_down_equal()
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(name);
        await browser.GoAsync("/new");
        await browser.AccessibleAsync();
        await browser.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("-wrong-");
        await Assertions.Expect(browser.Page.Locator("[data-name-hint]")).ToContainTextAsync("must begin and end with");
        await browser.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("weights");
        await Assertions.Expect(browser.Page.Locator("[data-name-hint]")).ToHaveTextAsync($"{name}/weights is free.");
        await browser.Page.GetByLabel("License").SelectOptionAsync("mit");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Create repository" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToContainTextAsync($"{name}/weights was created");
        await Assertions.Expect(browser.Page.Locator("[data-path='README.md']")).ToBeVisibleAsync();

        await browser.Page.GetByText("Add file").ClickAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Upload files" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Choose files" })).ToBeVisibleAsync();
        await browser.AccessibleAsync();

        // 12 MB goes up in parts of 2 MB here (World), 3 MB in one piece, the rest inside the commit.
        var (large, middle) = (Bytes(12_345_678, 1), Bytes(3_000_000, 2));
        await browser.Page.Locator("[data-files]").SetInputFilesAsync((FilePayload[])[
            new() { Name = "model.safetensors", MimeType = "application/octet-stream", Buffer = large },
            new() { Name = "middle.bin", MimeType = "application/octet-stream", Buffer = middle },
            new() { Name = "notes.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("some notes\n") },
            new() { Name = "empty.txt", MimeType = "text/plain", Buffer = [] },
            new() { Name = "removed.txt", MimeType = "text/plain", Buffer = [1] },
        ]);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Remove removed.txt" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-list] tr")).ToHaveCountAsync(4);
        await browser.AccessibleAsync();
        await browser.Page.GetByLabel("In one line").FillAsync("First weights");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='model.safetensors'] [data-lfs]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(browser.Page.Locator("[data-latest]")).ToContainTextAsync("First weights");
        await Assertions.Expect(browser.Page.Locator("[data-path='removed.txt']")).ToHaveCountAsync(0);

        using var client = world.Server.As(null);
        Assert.Equal(large, await client.GetByteArrayAsync($"/{name}/weights/resolve/main/model.safetensors"));
        Assert.Equal(middle, await client.GetByteArrayAsync($"/{name}/weights/resolve/main/middle.bin"));
        Assert.Equal("some notes\n", await client.GetStringAsync($"/{name}/weights/resolve/main/notes.txt"));
        Assert.Equal("", await client.GetStringAsync($"/{name}/weights/resolve/main/empty.txt"));
        Assert.Contains("license: mit", await client.GetStringAsync($"/{name}/weights/resolve/main/README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dropped_folders_keep_their_form_and_hostile_names_are_names()
    {
        var (name, id) = await NewAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        browser.Page.Dialog += (_, dialog) => Assert.Fail($"a file's name ran: {dialog.Message}");
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}/upload/main/some/folder");
        var dropped = await browser.Page.EvaluateHandleAsync("""
            (hostile) => {
              const data = new DataTransfer();
              data.items.add(new File(['dropped'], 'a.txt'));
              data.items.add(new File(['hostile'], hostile));
              data.items.add(new File(['turned'], 'evil\u202egpj.txt'));
              return data;
            }
            """, Hostile);
        await browser.Page.Locator("[data-drop]").DispatchEventAsync("dragover", new { dataTransfer = dropped });
        await Assertions.Expect(browser.Page.Locator("[data-drop][data-over]")).ToBeVisibleAsync();
        await browser.Page.Locator("[data-drop]").DispatchEventAsync("drop", new { dataTransfer = dropped });
        await Assertions.Expect(browser.Page.Locator("[data-list] tr")).ToHaveCountAsync(3);
        await Assertions.Expect(browser.Page.Locator("[data-list]")).ToContainTextAsync("evil⟨U+202E⟩gpj.txt");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='some/folder/a.txt']")).ToBeVisibleAsync();
        using var client = world.Server.As(null);
        Assert.Equal("hostile", await client.GetStringAsync($"/{id}/resolve/main/some/folder/{Uri.EscapeDataString(Hostile)}"));
    }

    [Fact]
    public async Task A_folder_is_chosen_and_a_refusal_is_said_word_for_word_and_tried_again()
    {
        var (name, id) = await NewAsync();
        var folder = Directory.CreateTempSubdirectory("repohost-upload-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "deep"));
        await File.WriteAllTextAsync(Path.Combine(folder, "README.md"), "---\ngated: perhaps\n---\n# Broken\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "deep", "b.txt"), "deep\n");
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}/upload/main");
        await browser.Page.Locator("[data-directory]").SetInputFilesAsync(folder);
        await Assertions.Expect(browser.Page.Locator("[data-list] tr")).ToHaveCountAsync(2);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator($"[data-path='{Path.GetFileName(folder)}']")).ToBeVisibleAsync();
        using var client = world.Server.As(null);
        Assert.Equal("deep\n", await client.GetStringAsync($"/{id}/resolve/main/{Path.GetFileName(folder)}/deep/b.txt"));
        Directory.Delete(folder, recursive: true);

        // In its folder README.md is no card. At the root it is, and is refused.
        await browser.GoAsync($"/{id}/upload/main");
        await browser.Page.Locator("[data-files]").SetInputFilesAsync((FilePayload[])[new() { Name = "README.md", MimeType = "text/markdown", Buffer = Encoding.UTF8.GetBytes("---\ngated: perhaps\n---\n# Broken\n") }]);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-problem]")).ToContainTextAsync("README.md, line 2, column 8:");
        await Assertions.Expect(browser.Page.Locator("[data-problem]")).ToBeFocusedAsync();
        await browser.AccessibleAsync();
        await browser.Page.Locator("[data-files]").SetInputFilesAsync((FilePayload[])[new() { Name = "README.md", MimeType = "text/markdown", Buffer = Encoding.UTF8.GetBytes("---\ngated: auto\n---\n# Whole\n") }]);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-gated=auto]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_upload_is_cancelled_and_gone_on_with_and_a_broken_connection_is_tried_again()
    {
        var (name, id) = await NewAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}/upload/main");
        var content = Bytes(4_000_000, 3);
        var (held, hold) = (new TaskCompletionSource(), true);
        var puts = 0;
        await browser.Page.RouteAsync("**/info/lfs/objects/**", async route =>
        {
            if (route.Request.Method != "PUT")
            {
                await route.ContinueAsync();
                return;
            }

            puts++;
            if (hold)
                held.TrySetResult();
            else if (puts == 2)
                await route.AbortAsync("connectionreset");
            else
                await route.ContinueAsync();
        });
        await browser.Page.Locator("[data-files]").SetInputFilesAsync((FilePayload[])[new() { Name = "w.bin", MimeType = "application/octet-stream", Buffer = content }]);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await held.Task.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        await Assertions.Expect(browser.Page.Locator("[data-file='w.bin'] progress")).ToBeVisibleAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-file='w.bin']")).ToContainTextAsync("stopped");
        using var client = world.Server.As(null);
        using (var missing = await client.GetAsync($"/{id}/resolve/main/w.bin"))
            Assert.Equal(404, (int)missing.StatusCode);

        hold = false;
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='w.bin']")).ToBeVisibleAsync(new() { Timeout = 30_000 });
        Assert.Equal(3, puts);
        Assert.Equal(content, await client.GetByteArrayAsync($"/{id}/resolve/main/w.bin"));
        browser.Forget("net::ERR_CONNECTION_RESET");
    }

    /// <summary>The page said "Invalid username or password.", and all that was chosen was lost.</summary>
    [Fact]
    public async Task An_upload_whose_session_has_ended_goes_on_after_a_login_in_another_tab()
    {
        var (name, id) = await NewAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}/upload/main");
        await browser.Page.Locator("[data-files]").SetInputFilesAsync((FilePayload[])[new() { Name = "kept.txt", MimeType = "text/plain", Buffer = Encoding.UTF8.GetBytes("kept\n") }]);
        await browser.Context.ClearCookiesAsync(new() { Name = "repohost-session" });
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        var problem = browser.Page.Locator("[data-problem]");
        await Assertions.Expect(problem).ToHaveTextAsync("Your session has ended. Log in in another tab, come back to this one, and try again: the files that you have chosen stay in the list.");
        await Assertions.Expect(browser.Page.Locator("[data-file='kept.txt']")).ToBeVisibleAsync();
        await browser.AccessibleAsync();

        // Too early.
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(problem).ToContainTextAsync("Your session has ended.");

        var other = await browser.Context.RunAndWaitForPageAsync(() => problem.GetByRole(AriaRole.Link, new() { Name = "Log in in another tab" }).ClickAsync());
        await other.GetByLabel("User name or mail address").FillAsync(name);
        await other.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await other.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(other.Locator("[data-login-done]")).ToContainTextAsync("Go back to the tab that you came from");
        await other.CloseAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Try again" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='kept.txt']")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_written_into_an_editor_survives_the_end_of_the_session(bool script)
    {
        var (name, id) = await NewAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}/edit/main");
        await browser.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("long.md");
        await browser.Page.GetByLabel("Text", new() { Exact = true }).FillAsync("an hour of writing\n");
        await browser.Context.ClearCookiesAsync(new() { Name = "repohost-session" });
        await browser.Page.Locator("[data-commit]").ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-gate-message]")).ToContainTextAsync("Your session has ended. What you filled in is kept on this page");
        if (script)
            await browser.AccessibleAsync();
        var other = await browser.Context.RunAndWaitForPageAsync(() => browser.Page.Locator("[data-kept] [data-login]").ClickAsync());
        await other.GetByLabel("User name or mail address").FillAsync(name);
        await other.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await other.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await Assertions.Expect(other.Locator("[data-login-done]")).ToBeVisibleAsync();
        await other.CloseAsync();

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Go on" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-gate-message]")).ToContainTextAsync($"Sent now, it is in the name of {name}.");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        using var client = world.Server.As(null);
        await Assertions.Expect(browser.Page.Locator("[data-refusal]")).ToHaveCountAsync(0);
        Assert.Equal("an hour of writing\n", await client.GetStringAsync($"/{id}/resolve/main/long.md"));
    }

    [Fact]
    public async Task Without_script_a_repository_is_made_and_the_form_commits_what_it_brings()
    {
        var name = await world.NewPersonAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script: false);
        await browser.LoginAsync(name);
        await browser.GoAsync("/new?type=dataset");
        await browser.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("two words");
        await browser.Page.GetByLabel("Private").CheckAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Create repository" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("#Name-error")).ToContainTextAsync("may hold only letters");
        await Assertions.Expect(browser.Page.GetByLabel("Private")).ToBeCheckedAsync();
        await browser.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("plain");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Create repository" }).ClickAsync();
        Assert.EndsWith($"/datasets/{name}/plain/tree/main", browser.Page.Url, StringComparison.Ordinal);

        await browser.GoAsync($"/datasets/{name}/plain/upload/main/data");
        var large = Bytes(11_000_000, 4);
        await browser.Page.Locator("#files").SetInputFilesAsync((FilePayload[])[
            new() { Name = "a.csv", MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes("a,b\n1,2\n") }, new() { Name = "large.parquet", MimeType = "application/octet-stream", Buffer = large }]);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='data/large.parquet'] [data-lfs]")).ToBeVisibleAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='data/a.csv']")).ToBeVisibleAsync();
        var download = await browser.Page.RunAndWaitForDownloadAsync(() => browser.Page.GetByRole(AriaRole.Link, new() { Name = "Download large.parquet" }).ClickAsync());
        Assert.Equal(large, await File.ReadAllBytesAsync((await download.PathAsync())!, TestContext.Current.CancellationToken));

        await browser.GoAsync($"/datasets/{name}/plain/upload/main");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToHaveTextAsync("Choose one file at least.");
        await browser.Page.Locator("#files").SetInputFilesAsync((FilePayload[])[new() { Name = "README.md", MimeType = "text/markdown", Buffer = Encoding.UTF8.GetBytes("---\ngated: [\n---\n") }]);
        await browser.Page.GetByLabel("In one line").FillAsync("A broken card");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Upload and commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToContainTextAsync("README.md, line 3, column 1:");
        await Assertions.Expect(browser.Page.GetByLabel("In one line")).ToHaveValueAsync("A broken card");

        await browser.GoAsync($"/datasets/{name}/plain/blob/main/data/a.csv");
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Delete" }).ClickAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Delete the file" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToHaveTextAsync("a.csv was deleted.");
        await Assertions.Expect(browser.Page.Locator("[data-path='data/a.csv']")).ToHaveCountAsync(0);
    }

    /// <summary>The worker takes files in pieces of 4 MiB; crypto.subtle, which takes all at once, must say the same.</summary>
    [Fact]
    public async Task The_hash_in_pieces_is_SHA_256()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.GoAsync("/login");
        await browser.Page.EvaluateAsync("""
            () => {
              globalThis.hashOf = (file) => new Promise((resolve, reject) => {
                const worker = new Worker('/assets/hash-worker.js', { type: 'module' });
                worker.onerror = (event) => reject(new Error(event.message ?? 'no worker'));
                worker.onmessage = ({ data }) => { if (data.hex) resolve(data.hex); else if (data.fault) reject(new Error(data.fault)); };
                worker.postMessage({ file });
              });
            }
            """);
        var wrong = await browser.Page.EvaluateAsync<string[]>("""
            async () => {
              const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
              const wrong = [];
              const piece = 4 * 1024 * 1024;
              const bytes = Uint8Array.from({ length: 2 * piece + 1 }, (_, i) => (i * 2654435761) >>> 13);
              for (const length of [0, 1, 55, 56, 63, 64, 65, 119, 120, 65537, piece - 1, piece, piece + 1, 2 * piece, 2 * piece + 1]) {
                const part = bytes.subarray(0, length);
                if (await hashOf(new File([part], 'x')) !== hex(await crypto.subtle.digest('SHA-256', part))) wrong.push(`${length} bytes`);
              }
              return wrong;
            }
            """);
        Assert.Empty(wrong);

        // Past 2^32 bits the length takes a second word.
        var hash = await browser.Page.EvaluateAsync<string>("async () => hashOf(new File(Array(33).fill(new Blob([new Uint8Array(1 << 24)])), 'x'))");
        using var expected = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < 33; i++)
            expected.AppendData(new byte[1 << 24]);
        Assert.Equal(Convert.ToHexStringLower(expected.GetHashAndReset()), hash);
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_pages_fit_a_phone(ColorScheme colors)
    {
        var (name, id) = await NewAsync();
        await using var browser = await chromium.OpenAsync(world.Server, colors: colors, viewport: new() { Width = 390, Height = 844 });
        await browser.LoginAsync(name);
        foreach (var page in (string[])["/new?type=space", $"/{id}/upload/main", $"/{id}/delete/main/config.json"])
        {
            Assert.Equal(200, await browser.GoAsync(page));
            await browser.FitsAsync();
            await browser.AccessibleAsync();
        }
    }

    private static byte[] Bytes(int size, int seed)
    {
        var content = new byte[size];
        for (var i = 0; i < size; i++)
            content[i] = (byte)(((i + seed) * 2654435761L) >> 13);
        return content;
    }

    private async Task<(string Person, string Id)> NewAsync()
    {
        var name = await world.NewPersonAsync();
        await world.Server.AddRepositoryAsync("model", $"{name}/files", Paths.Sample("models/acme/tiny-sentiment-open"));
        return (name, $"{name}/files");
    }
}
