using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Tests.Git;
using RepoHost.Tests.Pages;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// There was no limit of any kind: a stranger stored 30 MB in somebody's open repository through a pull request, and everybody could fill the server's disk. Every way in
/// which bytes come is asked here, in small numbers.
/// </summary>
public sealed class StorageLimitTests(LimitsWorld world) : IClassFixture<LimitsWorld>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("notes.txt", false)]
    [InlineData("weights.bin", false)]
    [InlineData("weights.bin", true)]
    public async Task A_stranger_does_not_fill_somebody_elses_repository_by_pull_requests(string path, bool chunked)
    {
        var (owner, stranger) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        var record = await world.NewRepositoryAsync(owner.Name);
        var before = await world.SizeAsync(record);

        var (large, first, second) = (LimitsWorld.Bytes(300_000), LimitsWorld.Bytes(120_000), LimitsWorld.Bytes(120_000));
        var refused = await world.CommitAsync(record, stranger, path, large, "?create_pr=1", chunked);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.Status);
        Assert.Equal(
            $"Without the right to write, one person may add 200 kB to {record.FullName} by pull requests. You have added 0 bytes, and this would add at least 300 kB."
            + $" Ask {owner.Name} for the right to write, or the operator of this server to raise the limit (Limits:ProposalBytes).", refused.Error);
        Assert.Equal(before, await world.SizeAsync(record));

        (await world.CommitAsync(record, stranger, path, first, "?create_pr=1", chunked)).AssertDone();
        var full = await world.CommitAsync(record, stranger, path, second, "?create_pr=1", chunked);
        Assert.Equal(HttpStatusCode.InsufficientStorage, full.Status);
        Assert.Matches("You have added 12[0-9.]+ kB, and this would add at least 120 kB", full.Error);
        // On the pull request that is there as well; and nothing of it stays.
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await new CommitRequest().File(path, second).SendAsync(world, stranger.Token, record.FullName, "refs/pr/1")).Status);
        Assert.False(world.HasBlob(large) || world.HasBlob(second));
        Assert.Equal(path == "weights.bin", world.HasBlob(first));
        Assert.InRange((await world.SizeAsync(record)).Bytes - before.Bytes, 120_000, 140_000);

        // It is theirs alone: the owner has more room.
        (await world.CommitAsync(record, owner, path, large)).AssertDone();
    }

    [Fact]
    public async Task Many_strangers_together_have_a_limit_too()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        for (var i = 0; i < 3; i++)
            (await world.CommitAsync(record, await world.NewPersonAsync(), "x.bin", LimitsWorld.Bytes(150_000), "?create_pr=1")).AssertDone();
        var refused = await world.CommitAsync(record, await world.NewPersonAsync(), "x.bin", LimitsWorld.Bytes(150_000), "?create_pr=1");
        Assert.Equal(HttpStatusCode.InsufficientStorage, refused.Status);
        Assert.StartsWith($"The pull requests of people without the right to write may hold 500 kB in {record.FullName} and hold 45", refused.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_person_opens_so_many_pull_requests_and_no_more()
    {
        var (owner, stranger) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        var record = await world.NewRepositoryAsync(owner.Name);
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OpenAsync(stranger)));
        Assert.Equal(3, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a =>
        {
            Assert.Equal(HttpStatusCode.Forbidden, a.Status);
            Assert.Contains("You have 3 pull requests here", a.Text, StringComparison.Ordinal);
        });
        Assert.Equal(HttpStatusCode.Forbidden, (await world.CommitAsync(record, stranger, "a.txt", [1], "?create_pr=1")).Status);
        for (var i = 0; i < 4; i++)
            Assert.Equal(HttpStatusCode.OK, (await OpenAsync(owner)).Status);

        async Task<(HttpStatusCode Status, string Text)> OpenAsync(TestPerson by)
        {
            using var client = world.Client(by.Token);
            using var answer = await client.PostAsJsonAsync($"/api/models/{record.FullName}/discussions", new { title = "x", pullRequest = true }, Cancel);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task Git_push_is_told_on_the_pushers_own_terminal_and_refs_still_move()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        using var git = world.Clone(record, owner);
        git.Write("work/large.dat", LimitsWorld.Bytes(1_500_000));
        git.Commit("work");
        git.In("work", "push", "-q", "origin", "main");
        Assert.Equal(ObjectFiles.SizeOf(world.FolderOf(record)), (await world.SizeAsync(record)).GitBytes);

        git.Write("work/more.dat", LimitsWorld.Bytes(600_000));
        git.Commit("work");
        var refused = git.TryIn("work", "push", "origin", "main");
        Assert.False(refused.Succeeded);
        var said = string.Join(' ', refused.Said.ReplaceLineEndings("\n").Replace("remote: ", "", StringComparison.Ordinal).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains($"The repositories of {owner.Name} may hold 2 MB together and hold 1.5 MB; this would add at least", said, StringComparison.Ordinal);
        Assert.Contains($"ask the operator of this server to raise the limit (user limit {owner.Name}).", said, StringComparison.Ordinal);
        Assert.Contains("remote: The repositories of", refused.Said, StringComparison.Ordinal);
        Assert.Equal(ObjectFiles.SizeOf(world.FolderOf(record)), (await world.SizeAsync(record)).GitBytes);

        // What brings no objects always passes.
        await world.RunAsync($"user limit {owner.Name} --bytes 1");
        git.In("work", "push", "-q", "origin", "HEAD~1:refs/heads/other");
        git.In("work", "push", "-q", "origin", ":refs/heads/other");
        Assert.False(git.TryIn("work", "push", "origin", "main").Succeeded);
        await world.RunAsync($"user limit {owner.Name} --bytes 10MB");
        git.In("work", "push", "-q", "origin", "main");
    }

    [Fact]
    public async Task Commits_are_counted_and_refused_by_the_owners_limit()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        (await world.CommitAsync(record, owner, "a.txt", LimitsWorld.Bytes(400_000))).AssertDone();
        (await world.CommitAsync(record, owner, "b.bin", LimitsWorld.Bytes(900_000))).AssertDone();
        var size = await world.SizeAsync(record);
        Assert.Equal((ObjectFiles.SizeOf(world.FolderOf(record)), 900_000), (size.GitBytes, size.LfsBytes));

        foreach (var path in (string[])["c.txt", "c.bin"])
        {
            var refused = await world.CommitAsync(record, owner, path, LimitsWorld.Bytes(900_000));
            Assert.Equal(HttpStatusCode.InsufficientStorage, refused.Status);
            Assert.Contains($"The repositories of {owner.Name} may hold 2 MB together and hold 1.3 MB", refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await world.CommitAsync(record, owner, "c.bin", LimitsWorld.Bytes(2_100_000))).Status);
        Assert.Equal(size, await world.SizeAsync(record));
    }

    [Fact]
    public async Task A_body_that_can_not_fit_is_refused_before_it_is_read()
    {
        var (owner, stranger) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        var record = await world.NewRepositoryAsync(owner.Name);
        using var client = world.Client(stranger.Token);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/models/{record.FullName}/commit/main?create_pr=1") { Content = new Endless(100_000_000) };
        // The client sends the body only when the server asks for it.
        request.Headers.ExpectContinue = true;
        using var answer = await client.SendAsync(request, Cancel);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("one person may add 200 kB", answer.Headers.GetValues("X-Error-Message").Single(), StringComparison.Ordinal);
        Assert.False(((Endless)request.Content).Asked);
    }

    [Fact]
    public async Task A_batch_refuses_each_object_that_does_not_fit_beside_the_ones_before_it()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        var contents = new[] { 900_000, 900_000, 900_000, 2_500_000, 100 }.Select(LimitsWorld.Bytes).ToArray();
        var objects = await world.BatchAsync(record, owner, "basic", [.. contents, contents[0]]);
        Assert.Equal([null, null, 507, 413, null, null], objects.Select(o => (int?)o!["error"]?["code"]));
        Assert.Equal([true, true, false, false, true, true], objects.Select(o => o!["actions"] is not null));
        Assert.Contains($"The repositories of {owner.Name} may hold 2 MB together", (string)objects[2]!["error"]!["message"]!, StringComparison.Ordinal);

        // What the repository has needs no room, however little there is.
        Assert.Equal(200, (await world.PutAsync(Href(objects[0]), contents[0])).Status);
        await world.RunAsync($"user limit {owner.Name} --bytes 1");
        objects = await world.BatchAsync(record, owner, "basic", contents[0], contents[1]);
        Assert.Equal([null, 413], objects.Select(o => (int?)o!["error"]?["code"]));
    }

    [Fact]
    public async Task Addresses_that_are_used_all_at_once_do_not_pass_together()
    {
        var owner = await world.NewPersonAsync();
        // Also over two repositories of one owner.
        RepositoryRecord[] records = [await world.NewRepositoryAsync(owner.Name), await world.NewRepositoryAsync(owner.Name)];
        var contents = Enumerable.Range(0, 6).Select(_ => LimitsWorld.Bytes(900_000)).ToArray();
        var addresses = new List<string>();
        foreach (var (i, content) in contents.Index())
            addresses.Add(Href((await world.BatchAsync(records[i % 2], owner, "basic", content))[0]));

        var answers = await Task.WhenAll(addresses.Select((address, i) => world.PutAsync(address, contents[i])));
        Assert.Equal(2, answers.Count(a => a.Status == 200));
        Assert.All(answers.Where(a => a.Status != 200), a =>
        {
            Assert.Equal(507, a.Status);
            Assert.Contains($"The repositories of {owner.Name} may hold 2 MB together", (string)JsonNode.Parse(a.Text)!["message"]!, StringComparison.Ordinal);
        });
        Assert.Equal(answers.Select(a => a.Status == 200), contents.Select(world.HasBlob));
        Assert.Equal(1_800_000, (await world.SizeAsync(records[0])).LfsBytes + (await world.SizeAsync(records[1])).LfsBytes);

        // Nothing is held for those that were refused.
        Assert.Equal(200, (await world.PutAsync(Href((await world.BatchAsync(records[0], owner, "basic", contents[0][..150_000]))[0]), contents[0][..150_000])).Status);
    }

    [Fact]
    public async Task Bytes_that_came_while_the_room_went_are_not_kept()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        var content = LimitsWorld.Bytes(900_000);
        var room = world.Services.GetRequiredService<LfsRoom>();
        var charge = room.ChargeOf(record.Id, null);
        var uploads = world.Services.GetRequiredService<LfsUploads>();
        var pointer = new LfsPointer(LfsOid.Parse(LfsWorld.Sha(content)), content.Length);
        await world.RunAsync($"repo limit model {record.FullName} --bytes 500kB");
        Assert.Equal(LfsUploadOutcome.OverLimit, await uploads.StoreAsync(record.Id, pointer, new MemoryStream(content), charge.AdmitLfsAsync, Cancel));
        Assert.Equal(413, charge.Fault!.Status);
        Assert.False(world.HasBlob(content));
        Assert.Equal(0, (await world.SizeAsync(record)).LfsBytes);
    }

    [Fact]
    public async Task Uploads_in_parts_hold_the_room_of_the_whole_object()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        byte[] first = LimitsWorld.Bytes(1_400_000), second = LimitsWorld.Bytes(1_300_000);
        var one = (await world.BatchAsync(record, owner, "multipart", first))[0]!["actions"]!["upload"]!;
        var two = (await world.BatchAsync(record, owner, "multipart", second))[0]!["actions"]!["upload"]!;
        var tags = new JsonArray();
        for (var part = 1; part <= 3; part++)
        {
            using var client = world.Client();
            using var sent = await client.PutAsync((string)one["header"]![$"{part:D5}"]!, new ByteArrayContent(first[((part - 1) * 500_000)..Math.Min(part * 500_000, first.Length)]), Cancel);
            Assert.Equal(HttpStatusCode.OK, sent.StatusCode);
            tags.Add(new JsonObject { ["partNumber"] = part, ["etag"] = sent.Headers.ETag!.Tag });
            var refused = await world.PutAsync((string)two["header"]!["00001"]!, second[..500_000]);
            Assert.Equal(507, refused.Status);
        }

        using (var client = world.Client())
        {
            using var done = await client.PostAsJsonAsync((string)one["href"]!, new JsonObject { ["oid"] = LfsWorld.Sha(first), ["parts"] = tags }, Cancel);
            Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        }

        Assert.Equal(1_400_000, (await world.SizeAsync(record)).LfsBytes);
        // Counted once: the room that was held is not taken twice.
        Assert.Equal(200, (await world.PutAsync(Href((await world.BatchAsync(record, owner, "basic", first[..500_000]))[0]), first[..500_000])).Status);
    }

    [Fact]
    public async Task Files_from_a_form_of_the_browser_have_the_same_limit()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        await world.RunAsync($"repo limit model {record.FullName} --bytes 5kB");
        using var visitor = await PageVisitor.OpenAsync(world, owner.Name);
        var blob = TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", "main:README.md"]);
        var refused = await visitor.PostAsync($"/{record.FullName}/edit/main/README.md", ("Blob", blob), ("Text", Convert.ToBase64String(LimitsWorld.Bytes(20_000))));
        Assert.Equal(413, refused.Status);
        Assert.Contains($"The repository {record.FullName} may hold 5 kB and holds", WebUtility.HtmlDecode(refused.Html), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repositories_are_counted_also_when_they_are_made_at_once()
    {
        var owner = await world.NewPersonAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => CreateAsync($"m{i}")));
        Assert.Equal(3, answers.Count(a => a.Status == HttpStatusCode.OK));
        Assert.All(answers.Where(a => a.Status != HttpStatusCode.OK), a =>
        {
            Assert.Equal(HttpStatusCode.InsufficientStorage, a.Status);
            Assert.Contains($"{owner.Name} may own 3 repositories and owns 3.", a.Text, StringComparison.Ordinal);
        });
        Assert.Equal((0, $"{owner.Name}: repositories: 3 of 4."), ((await world.RunAsync($"user limit {owner.Name} --repositories 4")).Status, (await world.RunAsync($"user limit {owner.Name}")).Output.Split('\n')[1].Trim()));
        Assert.Equal(HttpStatusCode.OK, (await CreateAsync("one-more")).Status);
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await CreateAsync("two-more")).Status);

        async Task<(HttpStatusCode Status, string Text)> CreateAsync(string name)
        {
            using var client = world.Client(owner.Token);
            using var answer = await client.PostAsJsonAsync("/api/repos/create", new { name }, Cancel);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task A_repository_moves_only_to_an_owner_who_has_room_for_it()
    {
        var owner = await world.NewPersonAsync();
        var organization = await world.NewOrganizationAsync(owner);
        var record = await world.NewRepositoryAsync(owner.Name);
        (await world.CommitAsync(record, owner, "a.bin", LimitsWorld.Bytes(1_100_000))).AssertDone();
        var (refused, text) = await MoveAsync($"{organization}/moved");
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused);
        Assert.Contains($"The repositories of {organization} may hold 1 MB together and hold 0 bytes; this would add 1.1 MB.", text, StringComparison.Ordinal);
        Assert.Contains($"(org limit {organization})", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await MoveAsync($"{owner.Name}/renamed")).Status);

        await world.RunAsync($"org limit {organization} --bytes 3MB --repositories none");
        record = record with { FullName = $"{owner.Name}/renamed" };
        Assert.Equal(HttpStatusCode.OK, (await MoveAsync($"{organization}/moved")).Status);
        Assert.Equal((0, $"{owner.Name}: 0 bytes of 2 MB (the server's default)."), (0, (await world.RunAsync($"user limit {owner.Name}")).Output.Split('\n')[0].Trim()));
        Assert.Equal($"{organization}: 1.1 MB of 3 MB.", (await world.RunAsync($"org limit {organization}")).Output.Split('\n')[0].Trim());

        async Task<(HttpStatusCode Status, string Text)> MoveAsync(string to)
        {
            using var client = world.Client(owner.Token);
            using var answer = await client.PostAsJsonAsync("/api/repos/move", new { fromRepo = record.FullName, toRepo = to, type = "model" }, Cancel);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    [Fact]
    public async Task Limits_are_set_shown_and_taken_back_from_the_command_line_beside_the_server()
    {
        var owner = await world.NewPersonAsync();
        var record = await world.NewRepositoryAsync(owner.Name);
        var content = LimitsWorld.Bytes(50_000);
        Assert.Equal((0, $"model {record.FullName}: {Size(await world.SizeAsync(record))} of 20 kB.", ""), await world.RunAsync($"repo limit model {record.FullName} --bytes 20kB"));
        var refused = await world.CommitAsync(record, owner, "a.bin", content);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, refused.Status);
        Assert.StartsWith($"The repository {record.FullName} may hold 20 kB and holds ", refused.Error, StringComparison.Ordinal);
        Assert.EndsWith($"Ask the operator of this server to raise the limit (repo limit model {record.FullName}).", refused.Error, StringComparison.Ordinal);
        Assert.Equal((0, $"model {record.FullName}: {Size(await world.SizeAsync(record))}, no limit (the server's default)."), ((await world.RunAsync($"repo limit model {record.FullName} --bytes default")).Status, (await world.RunAsync($"repo limit model {record.FullName}")).Output));
        (await world.CommitAsync(record, owner, "a.bin", content)).AssertDone();

        // The person's own, and back again.
        Assert.Contains($"{owner.Name}: {Size(await world.SizeAsync(record))} of 60 kB.", (await world.RunAsync($"user limit {owner.Name} --bytes 60kB --repositories none")).Output, StringComparison.Ordinal);
        Assert.Contains($"{owner.Name}: repositories: 1, no limit.", (await world.RunAsync($"user limit {owner.Name}")).Output, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await world.CommitAsync(record, owner, "b.bin", LimitsWorld.Bytes(50_000))).Status);
        Assert.Contains("no limit.", (await world.RunAsync($"user limit {owner.Name} --bytes none --repositories default")).Output.Split('\n')[0], StringComparison.Ordinal);
        (await world.CommitAsync(record, owner, "b.bin", LimitsWorld.Bytes(50_000))).AssertDone();

        foreach (var (line, sentence) in new[]
        {
            ("user limit nobody-here", "There is no user nobody-here."),
            ("org limit nobody-here --bytes 1GB", "There is no organization nobody-here."),
            ($"org limit {owner.Name} --bytes 1GB", $"There is no organization {owner.Name}."),
            ("repo limit model nobody/here --bytes 1GB", "There is no model nobody/here."),
            ($"user limit {owner.Name} --bytes 0", "--bytes 0 could mean two things. Say none for no limit, or 1 to let nothing more in."),
            ($"user limit {owner.Name} --bytes lots", "'lots' is not a limit; write a size such as 10GB, none or default."),
            ($"user limit {owner.Name} --repositories 1GB", "'1GB' is not a limit; write a number, none or default."),
        })
        {
            var (status, _, errors) = await world.RunAsync(line);
            Assert.Equal(1, status);
            Assert.Contains(sentence, errors, StringComparison.Ordinal);
        }

        static string Size(RepositorySize size) => ByteCount.Of(size.Bytes);
    }

    [Fact]
    public async Task The_operator_may_exceed_a_limit_but_it_counts()
    {
        var owner = await world.NewPersonAsync();
        await world.RunAsync($"user limit {owner.Name} --bytes 1 --repositories 1");
        for (var i = 0; i < 2; i++)
        {
            var folder = Directory.CreateTempSubdirectory("repohost-limits-");
            await File.WriteAllBytesAsync(Path.Combine(folder.FullName, "weights.bin"), LimitsWorld.Bytes(5_000), Cancel);
            var (status, _, errors) = await world.RunAsync($"repo add model {owner.Name}/m{i} --from {folder.FullName}");
            Assert.True(status == 0, errors);
            folder.Delete(recursive: true);
        }

        var usage = (await world.Limits.OfOwnerAsync(owner.Name, Cancel))!;
        Assert.Equal((2, true), (usage.Repositories, usage.Bytes > 10_000));
    }

    [Fact]
    public async Task A_deleted_repository_frees_its_bytes_and_a_wrong_count_is_put_right()
    {
        var owner = await world.NewPersonAsync();
        var (kept, gone) = (await world.NewRepositoryAsync(owner.Name), await world.NewRepositoryAsync(owner.Name));
        (await world.CommitAsync(gone, owner, "a.bin", LimitsWorld.Bytes(1_500_000))).AssertDone();
        Assert.Equal(HttpStatusCode.InsufficientStorage, (await world.CommitAsync(kept, owner, "b.bin", LimitsWorld.Bytes(700_000))).Status);
        Assert.True(await world.Services.GetRequiredService<RepositoryRemoval>().RemoveAsync(gone.Id, Cancel));
        (await world.CommitAsync(kept, owner, "b.bin", LimitsWorld.Bytes(700_000))).AssertDone();

        var right = await world.SizeAsync(kept);
        await using (var db = await world.OpenDatabaseAsync())
            await db.RepositoryUsage.Where(u => u.RepositoryId == kept.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.GitBytes, 5).SetProperty(u => u.LfsBytes, 7), Cancel);
        var (status, output, _) = await world.RunAsync("repo list --recount");
        Assert.Equal(0, status);
        Assert.Contains($"{kept.Id} {ByteCount.Of(right.Bytes)}", output, StringComparison.Ordinal);
        Assert.Equal(right, await world.SizeAsync(kept));
    }

    [Fact]
    public async Task A_repository_that_was_never_counted_is_due_and_one_that_was_is_not()
    {
        var owner = await world.NewPersonAsync();
        var (counted, old) = (await world.NewRepositoryAsync(owner.Name), await world.NewRepositoryAsync(owner.Name));
        await using (var db = await world.OpenDatabaseAsync())
            await db.RepositoryUsage.Where(u => u.RepositoryId == old.Id).ExecuteDeleteAsync(Cancel);
        var recount = world.Services.GetRequiredService<StorageRecount>();
        var due = await recount.DueAsync(TimeProvider.System.GetUtcNow().AddDays(-1), null, Cancel);
        Assert.True(due.Contains(old.Id) && !due.Contains(counted.Id));
        Assert.True(await recount.CountAsync(old.Id, Cancel));
        Assert.DoesNotContain(old.Id, await recount.DueAsync(TimeProvider.System.GetUtcNow().AddDays(-1), null, Cancel));
        Assert.Equal(ObjectFiles.SizeOf(world.FolderOf(old)), (await world.SizeAsync(old)).GitBytes);
        Assert.Contains(counted.Id, await recount.DueAsync(TimeProvider.System.GetUtcNow().AddDays(1), null, Cancel));
    }

    [Fact]
    public async Task Pages_show_what_is_used_and_what_is_allowed()
    {
        var owner = await world.NewPersonAsync();
        var organization = await world.NewOrganizationAsync(owner);
        var record = await world.NewRepositoryAsync(owner.Name);
        (await world.CommitAsync(record, owner, "a.bin", LimitsWorld.Bytes(1_500_000))).AssertDone();
        using var visitor = await PageVisitor.OpenAsync(world, owner.Name);
        Assert.Matches("data-storage[^$]*<dd>1.5 MB of 2 MB</dd>[^$]*<dd>1 of 3</dd>", (await visitor.GetAsync("/settings/account")).Html);
        Assert.Matches("data-storage[^$]*<dd>0 bytes of 1 MB</dd>[^$]*<dd>0 of 5</dd>", (await visitor.GetAsync($"/organizations/{organization}/settings")).Html);
        Assert.Matches("data-storage>This model holds 1.5 MB, no limit: 1.5 MB in LFS and [0-9.]+ (bytes|kB) in Git.", (await visitor.GetAsync($"/{record.FullName}/settings")).Html);
        await world.Services.GetRequiredService<UserAccounts>().SetAdministratorAsync(owner.Name, true, Cancel);
        Assert.Contains("<dd data-storage>1.5 MB of 2 MB; 1 of 3 repositories</dd>", (await visitor.GetAsync($"/admin/people/{owner.Name}")).Html, StringComparison.Ordinal);
    }

    private static string Href(JsonNode? answered) => (string)answered!["actions"]!["upload"]!["href"]!;

    /// <summary>Says that it is long, and notes whether anybody wanted it.</summary>
    private sealed class Endless(long length) : HttpContent
    {
        public bool Asked { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Asked = true;
            throw new IOException("Nobody should have asked for this.");
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = length;
            return true;
        }
    }
}
