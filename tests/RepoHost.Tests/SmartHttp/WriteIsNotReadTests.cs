using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>
/// A right to write shows no byte that its holder may not read. The file list names every blob, and a push may give any blob any name: with two objects a writer once
/// named a gated file LICENSE on a branch of their own, and everybody could read it. Every way to write is tried here by each kind of writer who may not read, and
/// afterwards every door is asked for every name at every revision.
/// </summary>
public sealed class WriteIsNotReadTests(GitWorld world) : IClassFixture<GitWorld>
{
    private const string Marker = "marker-7f3ac1";
    private const string Card = "---\nlicense: mit\ngated: manual\n---\n# Card\n";
    private const string SecretText = $"the weights: {Marker}\n";
    private const string SecretCard = $"---\nlicense: {Marker}\ntags: [{Marker}]\ngated: manual\n---\n# {Marker}\n";
    private const string SecretYaml = $"---\nlicense: [{Marker}\n---\n";

    private static readonly Dictionary<string, string> Files = new()
    {
        ["README.md"] = Card,
        ["LICENSE"] = "MIT\n",
        [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n",
        ["secret.txt"] = SecretText,
        ["other/card.md"] = SecretCard,
        ["other/broken.md"] = SecretYaml,
        ["model.bin"] = $"a weight file: {Marker}\n",
        ["open.txt"] = OpenText,
        ["open.bin"] = "an open picture\n",
    };

    private const string OpenText = "open words of this repository\n";

    /// <summary>Opened in the settings; nothing is at the last of them yet.</summary>
    private static readonly string[] Opened = ["open.txt", "open.bin", "later.txt"];

    private static readonly string[] PublicNames = ["README.md", "LICENSE", "LICENSE.md", "LICENSE.txt", .. Opened];

    [Theory]
    [InlineData("token that may only write", "gated")]
    [InlineData("token that may only write", "private")]
    [InlineData("token that may only write", "private and gated")]
    [InlineData("member who may write", "members gated")]
    public async Task What_a_writer_may_not_read_stays_unreadable_after_every_write(string who, string kind)
    {
        var attack = await Attack.BeginAsync(world, who, kind);
        Assert.Equal(HttpStatusCode.Forbidden, (await attack.Client.GetAsync($"/{attack.Id}/resolve/main/secret.txt")).StatusCode);

        var done = new List<string>();
        foreach (var (name, write) in Writes())
        {
            done.Add($"{name}: {await write(attack)}");
            await attack.AssertNothingIsOpenAsync(PublicNames.SelectMany(file => (string[])[$"/{attack.Id}/resolve/main/{file}", $"/{attack.Id}/blob/main/{file}"]), done);
            await attack.AssertNothingIsOpenAsync([$"/{attack.Id}", $"/api/models/{attack.Id}"], done);
        }

        // The writes that concern nothing secret have gone through, so the attempts did not fail for another reason.
        Assert.Contains(done, line => line.StartsWith("new content as LICENSE.md", StringComparison.Ordinal) && line.Contains("ok refs/heads/main", StringComparison.Ordinal));
        Assert.Contains(done, line => line.StartsWith("new content as open.txt", StringComparison.Ordinal) && line.Contains("ok refs/heads/main", StringComparison.Ordinal));
        Assert.Contains(done, line => line.StartsWith("a name on a branch", StringComparison.Ordinal) && line.Contains("ok refs/heads/steal", StringComparison.Ordinal));
        Assert.Contains(done, line => line.StartsWith("README.md by the commit API", StringComparison.Ordinal) && line.StartsWith("README.md by the commit API: 200", StringComparison.Ordinal));
        await attack.AssertNothingIsOpenAsync(Doors(attack), done);
    }

    /// <summary>The same push by somebody who passes the gate is theirs to decide.</summary>
    [Fact]
    public async Task Who_passes_the_gate_may_publish_what_is_there()
    {
        var attack = await Attack.BeginAsync(world, "owner", "gated");
        Assert.Contains("ok refs/heads/main", await PushNamesAsync(attack, "refs/heads/main", ("LICENSE", "secret.txt")), StringComparison.Ordinal);
        Assert.Equal(SecretText, await world.Client().GetStringAsync($"/{attack.Id}/resolve/main/LICENSE"));
        Assert.Contains("ok refs/heads/main", await PushNamesAsync(attack, "refs/heads/main", ("README.md", "README.md"), ("open.bin", "model.bin"), ("open.txt", "secret.txt")), StringComparison.Ordinal);
        Assert.Equal(Files["model.bin"], await world.Client().GetStringAsync($"/{attack.Id}/resolve/main/open.bin"));
        Assert.Equal(SecretText, await world.Client().GetStringAsync($"/{attack.Id}/resolve/main/open.txt"));
    }

    /// <summary>Exactly that path, at the tip of the default branch, also when its content is an LFS object; and on a private repository nothing.</summary>
    [Fact]
    public async Task A_file_is_open_whose_path_the_settings_name()
    {
        var attack = await Attack.BeginAsync(world, "owner", "gated");
        using var nobody = world.Client();
        Assert.Equal(OpenText, await nobody.GetStringAsync($"/{attack.Id}/resolve/main/open.txt"));
        Assert.Equal(Files["open.bin"], await nobody.GetStringAsync($"/{attack.Id}/resolve/main/open.bin"));
        Assert.Equal(OpenText, await nobody.GetStringAsync($"/{attack.Id}/resolve/{attack.Rev("main")}/open.txt"));
        foreach (var (path, status) in new[] { ("resolve/main/Open.txt", 401), ("resolve/main/other/open.txt", 401), ("resolve/start/open.txt", 401), ("resolve/main/secret.txt", 401), ("raw/main/open.txt", 401), ("resolve/main/later.txt", 404), ("blob/main/open.txt", 200) })
        {
            using var answer = await nobody.GetAsync($"/{attack.Id}/{path}");
            Assert.Equal((path, status), (path, (int)answer.StatusCode));
        }

        await attack.UpdateAsync(row => row.OpenFiles = "open.bin");
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync($"/{attack.Id}/resolve/main/open.txt")).StatusCode);
        Assert.Equal(Files["open.bin"], await nobody.GetStringAsync($"/{attack.Id}/resolve/main/open.bin"));
        await attack.UpdateAsync(row => row.Private = true);
        Assert.Equal(HttpStatusCode.Unauthorized, (await nobody.GetAsync($"/{attack.Id}/resolve/main/open.bin")).StatusCode);
    }

    [Fact]
    public async Task The_open_files_are_those_at_the_tip_of_the_default_branch()
    {
        var record = await world.AddRepositoryAsync(RepositoryType.Model, "team/tips", Files);
        var old = Rev(record, "main");
        var push = new RawPush();
        var tip = push.Commit(push.Tree(("100644", "LICENSE", push.Blob("other terms\n")), ("100644", "README.md", push.Blob(Card))), old);
        Assert.Contains("ok refs/heads/main", await push.SendAsync(world.Client(world.Owner.Token), record.FullName, "refs/heads/main", old, tip), StringComparison.Ordinal);
        var side = await world.Client(world.Owner.Token).PostAsync($"/api/models/{record.FullName}/branch/side", new StringContent($$"""{"startingPoint":"{{old}}"}"""));
        Assert.Equal(HttpStatusCode.OK, side.StatusCode);

        foreach (var (revision, open) in new[] { ("main", true), ("HEAD", true), ("refs%2Fheads%2Fmain", true), (tip, true), (old, false), ("side", false), ("refs%2Fheads%2Fside", false) })
        {
            foreach (var door in (string[])["resolve", "blob"])
            {
                var url = $"/{record.FullName}/{door}/{revision}/LICENSE";
                Assert.Equal((url, open ? HttpStatusCode.OK : HttpStatusCode.Unauthorized), (url, (await world.Client().GetAsync(url)).StatusCode));
            }
        }
    }

    /// <summary>git itself obeys the capability, so a writer who may not read pushes as usual.</summary>
    [Fact]
    public async Task Git_pushes_without_thin_packs_where_they_would_read()
    {
        var record = await world.AddRepositoryAsync(RepositoryType.Model, "team/thin", Files);
        var token = await Attack.WriteOnlyTokenAsync(world, record);
        using var git = new GitClient(token);
        using (var reader = world.Clone(record, world.Owner.Token))
            Directory.Move(reader.File("work"), git.File("work"));
        git.Write("work/secret.txt", SecretText + "one more line\n");
        git.Commit("work");
        Assert.True(git.TryIn("work", "push", "-q", "origin", "main") is { Succeeded: true } pushed, git.TryIn("work", "push", "origin", "main").Said);

        var refused = await PushCopyAsync(await Attack.BeginAsync(world, "token that may only write", "gated"), "refs/heads/copy");
        Assert.Contains("git push --no-thin", refused, StringComparison.Ordinal);
        Assert.Contains("ok refs/heads/copy", await PushCopyAsync(await Attack.BeginAsync(world, "owner", "gated"), "refs/heads/copy"), StringComparison.Ordinal);
    }

    private static IEnumerable<(string Name, Func<Attack, Task<string>> Write)> Writes()
    {
        yield return ("a name on a branch", attack => PushNamesAsync(attack, "refs/heads/steal", [.. PublicNames.Select(name => (name, name == "README.md" ? "other/card.md" : "secret.txt"))]));
        yield return ("a name on a tag", attack => PushNamesAsync(attack, "refs/tags/steal", ("LICENSE", "secret.txt")));
        yield return ("the default branch moved to that branch", attack => attack.PostAsync("branch/main", $$"""{"startingPoint":"steal","overwrite":true}"""));
        foreach (var name in PublicNames[1..])
            yield return ($"{name} on the default branch", attack => PushNamesAsync(attack, "refs/heads/main", ("README.md", "README.md"), (name, "secret.txt")));
        yield return ("another card on the default branch", attack => PushNamesAsync(attack, "refs/heads/main", ("README.md", "other/card.md")));
        yield return ("a card whose faults quote it", attack => PushNamesAsync(attack, "refs/heads/main", ("README.md", "other/broken.md")));
        yield return ("a link as LICENSE", attack => PushNamesAsync(attack, "refs/heads/main", "120000", ("README.md", "README.md"), ("LICENSE", "secret.txt")));
        yield return ("a pointer as LICENSE", attack => PushNamesAsync(attack, "refs/heads/main", ("README.md", "README.md"), ("LICENSE", "model.bin")));
        foreach (var name in Opened)
            yield return ($"{name} on the default branch", attack => PushNamesAsync(attack, "refs/heads/main", ("README.md", "README.md"), (name, "secret.txt")));
        yield return ("a link as open.txt", attack => PushNamesAsync(attack, "refs/heads/main", "120000", ("README.md", "README.md"), ("open.txt", "secret.txt")));
        yield return ("a pointer as open.bin", attack => PushNamesAsync(attack, "refs/heads/main", ("README.md", "README.md"), ("open.bin", "model.bin")));
        foreach (var name in Opened)
        {
            // Other bytes, so it is new to the repository; the same object.
            yield return ($"a pointer in another spelling as {name}", attack => PushPointerAsync(attack, name));
            yield return ($"such a pointer sent as {name}", attack => attack.CommitAsync("main", File(name, attack.Pointer(Files["model.bin"]) + "z 1\n")));
            yield return ($"an LFS file as {name}", attack => attack.CommitAsync("main", $$$"""{"key":"lfsFile","value":{"path":"{{{name}}}","algo":"sha256","oid":"{{{attack.LfsOid}}}"}}"""));
            yield return ($"the editor at {name}", attack => attack.EditAsync($"edit/main/{name}", ("Text", attack.Pointer(Files["model.bin"])), ("Blob", "")));
        }

        yield return ("a copy told as a difference", attack => PushCopyAsync(attack, "refs/heads/main"));
        yield return ("such a copy on a branch", attack => PushCopyAsync(attack, "refs/heads/copied"));
        yield return ("an LFS file by the commit API", attack => attack.CommitAsync("main", $$$"""{"key":"lfsFile","value":{"path":"LICENSE.txt","algo":"sha256","oid":"{{{attack.LfsOid}}}"}}"""));
        yield return ("a pull request", attack => attack.PostAsync("discussions", """{"title":"t","description":"d","pullRequest":true}"""));
        yield return ("a commit that proposes", attack => attack.CommitAsync("main?create_pr=1", File("LICENSE.md", "proposed\n")));
        yield return ("the branch squashed", attack => attack.PostAsync("super-squash/steal", """{"message":"m"}"""));
        yield return ("the default branch squashed", attack => attack.PostAsync("super-squash/main", """{"message":"m"}"""));
        yield return ("a tag on the branch", attack => attack.PostAsync("tag/steal", """{"tag":"taken"}"""));
        yield return ("a commit on the branch", attack => attack.CommitAsync("steal", File("x.txt", "x\n")));
        yield return ("attributes from a secret", attack => PushNamesAsync(attack, "refs/heads/attributes", (".gitattributes", "secret.txt")));
        yield return ("a commit that adds to them", attack => attack.CommitAsync("attributes", File("LICENSE", "x\n")));
        yield return ("what is sent there", attack => attack.PostAsync("preupload/attributes", """{"files":[{"path":"a.bin","size":100,"sample":"AAAA"}]}"""));
        yield return ("the editor", attack => attack.EditAsync("edit/main/LICENSE.txt", ("Text", "mine\n"), ("Blob", ""), ("Name", "secret.txt")));
        yield return ("the editor at the branch", attack => attack.EditAsync("edit/steal/LICENSE", ("Text", "mine\n"), ("Blob", "")));
        yield return ("new content as LICENSE.md", attack => PushNewAsync(attack, "LICENSE.md"));
        yield return ("new content as open.txt", attack => PushNewAsync(attack, "open.txt"));
        // Its bytes came along, so the caller has them: going back to an earlier text is no reading.
        yield return ("README.md by the commit API", CommitCardTwiceAsync);
    }

    private static async Task<string> PushNewAsync(Attack attack, string name)
    {
        var (push, tip) = (new RawPush(), attack.Rev("main"));
        (string, string, string)[] entries = [("100644", name, push.Blob($"new terms in {name}\n")), ("100644", "README.md", attack.Rev("start:README.md"))];
        var commit = push.Commit(push.Tree([.. entries.OrderBy(entry => entry.Item2, StringComparer.Ordinal)]), tip);
        return await push.SendAsync(attack.Client, attack.Id, "refs/heads/main", tip, commit);
    }

    private static async Task<string> PushPointerAsync(Attack attack, string name)
    {
        var (push, tip) = (new RawPush(), attack.Rev("main"));
        var pointer = push.Blob(attack.Pointer(Files["model.bin"]) + "x 1\n");
        return await push.SendAsync(attack.Client, attack.Id, "refs/heads/main", tip, push.Commit(push.Tree(("100644", "README.md", attack.Rev("start:README.md")), ("100644", name, pointer)), tip));
    }

    private static async Task<string> CommitCardTwiceAsync(Attack attack)
    {
        var first = await attack.CommitAsync("main", File("README.md", Card + "\nmore\n"));
        return first.StartsWith("200", StringComparison.Ordinal) ? await attack.CommitAsync("main", File("README.md", Card)) : first;
    }

    private static string File(string path, string text) =>
        $$$"""{"key":"file","value":{"path":"{{{path}}}","encoding":"base64","content":"{{{Convert.ToBase64String(Encoding.UTF8.GetBytes(text))}}}"}}""";

    private static Task<string> PushNamesAsync(Attack attack, string refName, params (string Name, string Of)[] names) => PushNamesAsync(attack, refName, "100644", names);

    /// <summary>A commit whose only files are blobs of the first commit under other names: two objects, of which none is a blob.</summary>
    private static async Task<string> PushNamesAsync(Attack attack, string refName, string mode, params (string Name, string Of)[] names)
    {
        var push = new RawPush();
        var tree = push.Tree([.. names.OrderBy(entry => entry.Name, StringComparer.Ordinal).Select(entry => (entry.Name == "README.md" ? "100644" : mode, entry.Name, attack.Rev($"start:{entry.Of}")))]);
        return await push.SendAsync(attack.Client, attack.Id, refName, attack.RevOrZero(refName), push.Commit(tree));
    }

    private static async Task<string> PushCopyAsync(Attack attack, string refName)
    {
        var push = new RawPush();
        var copy = push.CopyOf(attack.Rev("start:secret.txt"), Encoding.UTF8.GetBytes(SecretText), "x");
        var commit = push.Commit(push.Tree(("100644", "LICENSE", copy), ("100644", "README.md", attack.Rev("start:README.md"))));
        return await push.SendAsync(attack.Client, attack.Id, refName, attack.RevOrZero(refName), commit);
    }

    /// <summary>Every address of the route table that a GET can ask, with every name at every revision that the writes have made.</summary>
    private IEnumerable<string> Doors(Attack attack)
    {
        string[] revisions = ["main", "steal", "copied", "taken", "start", "refs%2Fpr%2F1", attack.Rev("steal")];
        string[] files = ["README.md", "LICENSE", "LICENSE.txt", "secret.txt", .. Opened];
        var (rests, count) = (revisions.SelectMany(revision => files.Select(file => $"{revision}/{file}").Append(revision)).ToArray(), 0);
        foreach (var route in world.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            if (route.Metadata.GetMetadata<RouteAccessMetadata>() is not { RepositoryType: RepositoryType.Model } || route.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("GET") != true
                || route.RoutePattern.GetParameter(RouteAccessMetadata.Namespace) is null)
                continue;
            var url = "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{namespace}/{name}", attack.Id, StringComparison.Ordinal);
            var open = url.IndexOf('{', StringComparison.Ordinal);
            foreach (var rest in open < 0 ? [""] : url[open..].StartsWith("{**", StringComparison.Ordinal) ? rests : ["1"])
            {
                count++;
                yield return (open < 0 ? url : url[..open]) + rest + (route.Metadata.GetMetadata<RepoHost.Hosting.RequiredQuery>()?.Sample ?? "?expand=true&blobs=true");
            }
        }

        Assert.True(count > 300, $"only {count} doors");
    }

    private string Rev(RepositoryRecord record, string name) => TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", name]).Trim();

    /// <summary>One repository and one writer who may not read it.</summary>
    private sealed class Attack
    {
        private static int made;

        private GitWorld world = null!;
        private RepositoryRecord record = null!;
        private bool isPrivate;

        public string Id => record.FullName;

        public HttpClient Client { get; private set; } = null!;

        public string LfsOid { get; } = LfsWorld.Sha(Encoding.UTF8.GetBytes(Files["model.bin"]));

        public static async Task<Attack> BeginAsync(GitWorld world, string who, string kind)
        {
            var attack = new Attack { world = world, isPrivate = kind.StartsWith("private", StringComparison.Ordinal) };
            var files = new Dictionary<string, string>(Files);
            if (kind == "private")
                files["README.md"] = Card.Replace("gated: manual\n", "", StringComparison.Ordinal);
            attack.record = await world.AddRepositoryAsync(RepositoryType.Model, $"team/w{Interlocked.Increment(ref made)}", files, attack.isPrivate);
            if (kind == "members gated")
                await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(attack.record.Id, row => row.OrgMembersGated = true, CancellationToken.None);
            await attack.UpdateAsync(row => row.OpenFiles = string.Join('\n', Opened));
            TestRepository.RunGit([$"--git-dir={world.FolderOf(attack.record)}", "tag", "start", "main"]);
            attack.Client = world.Client(who switch
            {
                "owner" => world.Owner.Token,
                "member who may write" => world.Writer.Token,
                _ => await WriteOnlyTokenAsync(world, attack.record),
            });
            return attack;
        }

        public static async Task<string> WriteOnlyTokenAsync(GitWorld world, RepositoryRecord record)
        {
            var owner = (await world.Services.GetRequiredService<UserAccounts>().FindAsync("owner", CancellationToken.None))!;
            return (await world.Services.GetRequiredService<TokenIssuer>().IssueAsync(
                owner, "writes", new TokenGrant(false, [new(ScopeEntity.Of(record), TokenRights.Write)]), null, CancellationToken.None)).Text;
        }

        public Task<RepositoryRecord?> UpdateAsync(Action<RepoHost.Data.Repository> change) =>
            world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, change, CancellationToken.None);

        public string Pointer(string content) => Encoding.ASCII.GetString(
            new RepoHost.Lfs.LfsPointer(RepoHost.Lfs.LfsOid.TryParse(LfsWorld.Sha(Encoding.UTF8.GetBytes(content)), out var oid) ? oid : default, Encoding.UTF8.GetByteCount(content)).ToBytes());

        public string Rev(string name) => TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", name]).Trim();

        public string RevOrZero(string refName) => world.Services.GetRequiredService<RepoHost.Git.GitRepositories>().Open(record.Id).FindRef(refName)?.ToString() ?? RawPush.Zero;

        public Task<string> PostAsync(string route, string body) => SayAsync($"/api/models/{Id}/{route}", new StringContent(body, new MediaTypeHeaderValue("application/json")));

        public Task<string> CommitAsync(string revision, string line) => SayAsync(
            $"/api/models/{Id}/commit/{revision}",
            new StringContent("""{"key":"header","value":{"summary":"s","description":""}}""" + "\n" + line + "\n", new MediaTypeHeaderValue("application/x-ndjson")));

        public Task<string> EditAsync(string route, params (string Key, string Value)[] fields) =>
            SayAsync($"/{Id}/{route}", new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Key, field.Value))));

        /// <summary>As nobody and as the writer: no answer holds a word of what is secret, and neither gets a pack.</summary>
        public async Task AssertNothingIsOpenAsync(IEnumerable<string> doors, IReadOnlyList<string> done)
        {
            using var nobody = world.Client();
            foreach (var door in doors.Distinct())
            {
                foreach (var (who, client) in new[] { ("nobody", nobody), ("the writer", Client) })
                {
                    using var response = await client.GetAsync(door);
                    var body = await response.Content.ReadAsStringAsync();
                    Assert.False(body.Contains(Marker, StringComparison.Ordinal), $"{door} showed it to {who} ({(int)response.StatusCode}), after:\n{string.Join('\n', done)}");
                    Assert.False(isPrivate && body.Contains("# Card", StringComparison.Ordinal), $"{door} showed the card to {who}");
                    Assert.False(isPrivate && body.Contains(OpenText.Trim(), StringComparison.Ordinal), $"{door} showed an open file to {who}");
                    if (door.Contains("git-upload-pack", StringComparison.Ordinal))
                        Assert.False(response.IsSuccessStatusCode, $"{door} is open to {who}");
                }
            }
        }

        private async Task<string> SayAsync(string url, HttpContent content)
        {
            using (content)
            {
                using var response = await Client.PostAsync(url, content);
                var said = $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
                Assert.DoesNotContain(Marker, said, StringComparison.Ordinal);
                return said;
            }
        }
    }
}
