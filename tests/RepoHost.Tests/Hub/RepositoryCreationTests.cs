using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>POST /api/repos/create</c> (contract 7.1), what it makes looked at with the real git.</summary>
public sealed class RepositoryCreationTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    [Fact]
    public async Task A_repository_begins_with_a_commit_of_its_maker_and_the_answer_has_the_public_address()
    {
        var name = world.NewName();
        var answer = await CreateAsync(new { name, organization = "acme", visibility = "private" }, "boss").Is(200);
        var record = (await world.FindAsync($"acme/{name}"))!;
        Assert.Equal(($"{world.Address.ToString().TrimEnd('/')}/acme/{name}", $"acme/{name}", record.Id), ((string)answer.Json["url"]!, (string)answer.Json["name"]!, (string)answer.Json["id"]!));
        Assert.True(record.Private);
        Assert.Equal("initial commit|boss Example", world.Git(record, "log", "--format=%s|%an", "main"));
        Assert.Equal(".gitattributes", world.Git(record, "ls-tree", "-r", "--name-only", "main"));
        world.IsSound(record);
        await world.SendAsync("HEAD", $"/acme/{name}/resolve/main/.gitattributes", null, world.Tokens["boss"]).Is(200);
        await world.SendAsync("GET", $"/api/models/acme/{name}", null, world.Tokens["stranger"]).Is(404);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("model", "")]
    [InlineData("dataset", "datasets/")]
    [InlineData("space", "spaces/")]
    public async Task The_type_is_part_of_the_address_and_models_need_not_name_it(string? type, string prefix)
    {
        var name = world.NewName();
        var answer = await CreateAsync(new { name, organization = (string?)null, type, @private = false, sdk = "static" }, "owner").Is(200);
        Assert.Equal($"{world.Address}{prefix}owner/{name}", (string)answer.Json["url"]!);
        var record = (await world.FindAsync($"owner/{name}", type is null ? RepositoryType.Model : Enum.Parse<RepositoryType>(type, ignoreCase: true)))!;
        Assert.Equal((false, world.People["owner"].Id), (record.Private, record.OwnerUserId));
        Assert.Equal(type == "space", world.Git(record, "ls-tree", "--name-only", "main").Contains("README.md", StringComparison.Ordinal));
        if (type == "space")
            Assert.Equal("---\nsdk: static\n---", world.Git(record, "show", "main:README.md"));
    }

    [Fact]
    public async Task A_name_that_is_taken_is_409_with_the_address_in_every_letter_case()
    {
        var repository = await world.AddAsync("acme");
        var answer = await CreateAsync(new { name = repository.Name.ToUpperInvariant(), organization = "ACME" }, "boss").Is(409);
        Assert.Equal(("You already created this model repo", $"{world.Address}{repository.FullName}"), (answer.Error, (string)answer.Json["url"]!));
        Assert.Null(answer.Code);

        var elsewhere = await world.AddAsync("owner");
        Assert.Equal($"{world.Address}{elsewhere.FullName}", (string)(await CreateAsync(new { name = elsewhere.FullName }, "owner").Is(409)).Json["url"]!);
    }

    [Fact]
    public async Task A_card_in_the_files_is_the_gate_from_the_first_moment_and_given_attributes_replace_the_default()
    {
        var name = world.NewName();
        object[] files =
        [
            new { path = "README.md", encoding = "base64", content = Base64("---\ngated: manual\n---\n# Ü\n") },
            new { path = ".gitattributes", encoding = "base64", content = Base64("*.big filter=lfs\n") },
            new { path = "sub/weights.bin", encoding = "base64", content = Convert.ToBase64String(new byte[] { 0, 255, 10 }) },
            new { path = "text.txt", content = "plain ü\n" },
        ];
        await CreateAsync(new { name, license = "mit", files }, "owner").Is(200);
        var record = (await world.FindAsync($"owner/{name}"))!;
        Assert.Equal(".gitattributes\nREADME.md\nsub/weights.bin\ntext.txt", world.Git(record, "ls-tree", "-r", "--name-only", "main"));
        Assert.Equal("*.big filter=lfs", world.Git(record, "show", "main:.gitattributes"));
        Assert.Equal("3", world.Git(record, "cat-file", "-s", "main:sub/weights.bin"));
        world.IsSound(record);
        Assert.Equal("GatedRepo", (await world.SendAsync("GET", $"/owner/{name}/resolve/main/text.txt", null, world.Tokens["stranger"]).Is(403)).Code);
        Assert.Equal("plain ü\n", (await world.SendAsync("GET", $"/owner/{name}/resolve/main/text.txt", null, world.Tokens["owner"]).Is(200)).Text);
    }

    [Fact]
    public async Task A_licence_makes_a_card_and_the_size_for_parts_is_kept()
    {
        var name = world.NewName();
        await CreateAsync(new { name, license = "apache-2.0", lfsmultipartthresh = 16384 }, "owner").Is(200);
        var record = (await world.FindAsync($"owner/{name}"))!;
        Assert.Equal("---\nlicense: apache-2.0\n---", world.Git(record, "show", "main:README.md"));
        Assert.Equal(16384, record.LfsMultipartBytes);
    }

    [Theory]
    [InlineData("""{"path":"README.md","content":"---\ngated: [\n---\n"}""", "README.md, line 3, column 1")]
    [InlineData("""{"path":"README.md","content":"---\ngated: sometimes\n---\n"}""", "README.md, line 2, column 8: 'gated' must be auto, manual, true or false")]
    [InlineData("""{"path":"README.md","content":"---\nGated\u00a0: auto\n---\n"}""", "README.md, line 2, column 1: the key 'Gated[U+00A0]' must be written 'gated', in plain letters.")]
    [InlineData("""{"path":"README.md","content":"\ufeff\u2060---\ngated: auto\n---\n"}""", "README.md, line 1, column 1: the line that begins the front matter")]
    [InlineData("""{"path":"a.safetensors","content":"x"}""", "a.safetensors is kept in LFS, as .gitattributes says")]
    [InlineData("""{"path":"p","content":"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"}""", "p is an LFS pointer")]
    [InlineData("""{"path":"../a","content":"x"}""", "not a path")]
    [InlineData("""{"path":"/a","content":"x"}""", "not a path")]
    [InlineData("""{"path":"","content":"x"}""", "not a path")]
    [InlineData("""{"path":"a/.GIT/config","content":"x"}""", "not a path")]
    [InlineData("""{"path":"git~1/config","content":"x"}""", "is not a path")]
    [InlineData("""{"path":"a","content":"x"},{"path":"a","content":"y"}""", "there twice")]
    [InlineData("""{"path":"a/b","content":"x"},{"path":"a","content":"y"}""", "can't be a file and the folder")]
    [InlineData("""{"path":"a","content":"&&","encoding":"base64"}""", "files[0]")]
    [InlineData("""{"path":"a","content":"x","encoding":"rot13"}""", "files[0]")]
    [InlineData("""{"content":"x"}""", "files[0]")]
    [InlineData("7", "files[0]")]
    public async Task Files_that_can_t_be_taken_are_400_with_the_reason_and_nothing_is_made(string files, string reason)
    {
        var name = world.NewName();
        var answer = await world.SendAsync("POST", "/api/repos/create", $$"""{"name":"{{name}}","files":[{{files}}]}""", world.Tokens["owner"]).Is(400);
        Assert.Contains(reason, answer.Error, StringComparison.Ordinal);
        Assert.Null(await world.FindAsync($"owner/{name}"));
    }

    [Theory]
    [InlineData("[]", "expected object")]
    [InlineData("{", "expected object")]
    [InlineData("", "expected object")]
    [InlineData("{}", "the repository's name")]
    [InlineData("""{"name":"a..b"}""", "The repository name may not hold '--' or '..'.")]
    [InlineData("""{"name":"a b"}""", "may hold only letters")]
    [InlineData("""{"name":"a.git"}""", "may not end with '.git'")]
    [InlineData("""{"name":"resolve"}""", "reserved")]
    [InlineData("""{"name":"a/b/c"}""", "may hold only letters")]
    [InlineData("""{"name":"owner/x","organization":"acme"}""", "two different owners")]
    [InlineData("""{"name":"x","type":"kernel"}""", "expected one of")]
    [InlineData("""{"name":"x","type":"space"}""", "at sdk")]
    [InlineData("""{"name":"x","type":"space","sdk":"basic"}""", "at sdk")]
    [InlineData("""{"name":"x","visibility":"secret"}""", "at visibility")]
    [InlineData("""{"name":"x","private":"yes"}""", "at private")]
    [InlineData("""{"name":"x","license":"mit\ngated: false"}""", "at license")]
    [InlineData("""{"name":"x","lfsmultipartthresh":-1}""", "at lfsmultipartthresh")]
    [InlineData("""{"name":"x","files":{}}""", "at files")]
    public async Task A_body_that_makes_no_sense_is_400_with_the_reason(string body, string reason) =>
        Assert.Contains(reason, (await world.SendAsync("POST", "/api/repos/create", body, world.Tokens["owner"]).Is(400)).Error, StringComparison.Ordinal);

    [Fact]
    public async Task A_file_over_the_limit_is_sent_to_LFS_and_a_body_over_the_limit_is_413()
    {
        var (name, large) = (world.NewName(), Convert.ToBase64String(new byte[10_000_001]));
        var answer = await CreateAsync(new { name, files = new[] { new { path = "large.dat", encoding = "base64", content = large } } }, "owner").Is(400);
        Assert.Contains("belongs into LFS", answer.Error, StringComparison.Ordinal);
        Assert.Contains("upload it afterwards", answer.Error, StringComparison.Ordinal);
        await world.SendAsync("POST", "/api/repos/create", $$"""{"name":"{{name}}","x":"{{new string('a', 17 << 20)}}"}""", world.Tokens["owner"]).Is(413);
        Assert.Null(await world.FindAsync($"owner/{name}"));
    }

    [Fact]
    public async Task Where_one_may_create_follows_from_the_role()
    {
        foreach (var (who, expected) in new[] { ("boss", 200), ("writer", 200), ("contributor", 200), ("reader", 403), ("stranger", 403), ("owner", 403), ("boss with a read token", 403), ("nobody", 401) })
        {
            var name = world.NewName();
            await CreateAsync(new { name, organization = "acme" }, who).Is(expected);
            Assert.Equal(expected == 200, await world.FindAsync($"acme/{name}") is not null);
        }

        // A namespace that there is not is told like somebody else's.
        foreach (var (name, organization, type, ns) in new[] { ("x", "nowhere", "model", "nowhere"), ("owner/x", null, "dataset", "owner") })
        {
            var refused = await CreateAsync(new { name, organization, type }, "boss").Is(403);
            Assert.Equal($"You don't have the rights to create a {type} under the namespace \"{ns}\". Choose a namespace that you may write to, or ask {ns} for the rights.", refused.Error);
        }

    }

    [Fact]
    public async Task Of_many_who_create_one_name_at_once_one_does_and_no_folder_is_left_over()
    {
        var name = world.NewName();
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => CreateAsync(new { name = i % 2 == 0 ? name : name.ToUpperInvariant() }, "owner")));
        Assert.Single(answers, a => (int)a.Status == 200);
        Assert.Equal(5, answers.Count(a => (int)a.Status == 409));
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        var known = await db.Repositories.Select(r => r.Id + ".git").ToListAsync();
        var folders = Directory.GetDirectories(Path.Combine(world.DataDirectory, "repositories"), "*.git", SearchOption.AllDirectories).Select(Path.GetFileName);
        Assert.Empty(folders.Except(known));
    }

    private Task<Answer> CreateAsync(object body, string by) =>
        world.SendAsync("POST", "/api/repos/create", JsonSerializer.Serialize(body), world.Tokens[by]);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
