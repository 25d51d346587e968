using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What lists are narrowed by: each parameter is applied or refused, none is passed over and answered with everything.</summary>
public sealed class ListFilterTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
    private const string Card = "---\nlicense: mit\nlanguage: en\ndatasets:\n- acme/data\ntags:\n- gguf\n- {0}\n---\n";

    [Theory]
    [InlineData("apps=ollama", true)]
    [InlineData("apps=mlx-lm", false)]
    [InlineData("apps=mlx-lm&apps=llama.cpp", true)]
    [InlineData("apps=mlx-lm,lmstudio", true)]
    [InlineData("filter=gguf", true)]
    [InlineData("filter=mlx", false)]
    [InlineData("other=gguf", true)]
    [InlineData("other=mlx", false)]
    [InlineData("license=mit", true)]
    [InlineData("license=license:mit", true)]
    [InlineData("license=apache-2.0", false)]
    [InlineData("language=en", true)]
    [InlineData("language=fr", false)]
    [InlineData("dataset=acme/data", true)]
    [InlineData("trained_dataset=dataset:acme/other", false)]
    [InlineData("inference=warm", false)]
    [InlineData("inference=cold", false)]
    [InlineData("inference_provider=all", false)]
    [InlineData("inference_provider=hf-inference&inference_provider=together", false)]
    [InlineData("num_parameters=min:6B", false)]
    [InlineData("num_parameters=max:6B", false)]
    [InlineData("full=true&cardData=True&config=true&sort=likes&direction=-1", true)]
    public async Task A_filter_leaves_what_it_says(string filter, bool listed)
    {
        var mark = world.NewName();
        var repository = await world.AddAsync("owner", Card.Replace("{0}", mark, StringComparison.Ordinal));
        var answer = await world.SendAsync("GET", $"/api/models?filter={mark}&{filter}", null, null).Is(200);
        Assert.Equal(listed ? [repository.FullName] : [], JsonNode.Parse(answer.Text)!.AsArray().Select(item => (string?)item!["id"]));
    }

    [Theory]
    [InlineData("models", "apps=vllm", "Which models \"vllm\" runs is not known here", "apps")]
    [InlineData("models", "num_parameters=6B", "expected min:6B, max:128B", "num_parameters")]
    [InlineData("models", "num_parameters=min:lots", "expected min:6B, max:128B", "num_parameters")]
    [InlineData("models", "colour=red", "Unknown filter.", "colour")]
    [InlineData("models", "emissions_thresholds[]=1", "Unknown filter.", "emissions_thresholds")]
    [InlineData("datasets", "apps=ollama", "Unknown filter.", "apps")]
    [InlineData("spaces", "models=acme/a", "Unknown filter.", "models")]
    public async Task A_filter_that_can_t_be_applied_is_refused_by_its_name(string types, string filter, string sentence, string name)
    {
        var answer = await world.SendAsync("GET", $"/api/{types}?{filter}", null, null).Is(400);
        Assert.Contains(sentence, answer.Error, StringComparison.Ordinal);
        Assert.EndsWith($"→ at {name}", answer.Error, StringComparison.Ordinal);
    }

    /// <summary>Pages of a list narrowed by numbers must neither skip nor repeat a row.</summary>
    [Fact]
    public async Task A_range_of_parameters_is_met_by_those_whose_number_is_known()
    {
        var mark = world.NewName();
        var counts = new long[] { 500, 6_000_000_000, 7_241_732_096, 128_000_000_000 };
        foreach (var count in counts)
        {
            var repository = await world.AddAsync("owner", $"---\ntags:\n- {mark}\n---\n");
            await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
            var term = await db.CatalogTerms.FirstAsync(t => t.RepositoryId == repository.Id);
            db.CatalogTerms.Add(new()
            {
                RepositoryId = repository.Id,
                Term = CatalogTerms.Parameters(count),
                Type = term.Type,
                Scope = term.Scope,
                LastModified = term.LastModified,
                CreatedAt = term.CreatedAt,
                NameKey = term.NameKey,
            });
            await db.SaveChangesAsync();
        }

        await world.AddAsync("owner", $"---\ntags:\n- {mark}\n---\n");
        foreach (var (range, expected) in new[] { ("min:6B", 3), ("max:6B", 2), ("min:6B,max:7.5B", 2), ("min:0.5K,max:500", 1), ("min:1T", 0) })
        {
            var answer = await world.SendAsync("GET", $"/api/models?filter={mark}&num_parameters={range}", null, null).Is(200);
            Assert.Equal((range, expected), (range, JsonNode.Parse(answer.Text)!.AsArray().Count));
        }
    }

    /// <summary>Whoever asks for a narrow circle, or a place, must not get a repository that all see, anywhere.</summary>
    [Theory]
    [InlineData("""{"name":"{0}","resourceGroupId":"65f1c0ffee65f1c0ffee65f1"}""", "no resource groups")]
    [InlineData("""{"name":"{0}","region":"eu"}""", "no regions")]
    [InlineData("""{"name":"{0}","type":"space","sdk":"static","secrets":[{"key":"a","value":"b"}]}""", "does not run them")]
    [InlineData("""{"name":"{0}","type":"space","sdk":"docker","template":"a/b"}""", "does not run them")]
    public async Task What_creating_can_t_give_is_refused_and_nothing_is_made(string body, string sentence)
    {
        var name = world.NewName();
        var answer = await world.SendAsync("POST", "/api/repos/create", body.Replace("{0}", name, StringComparison.Ordinal), world.Tokens["owner"]).Is(400);
        Assert.Contains(sentence, answer.Error, StringComparison.Ordinal);
        Assert.Null(await world.FindAsync($"owner/{name}"));
        Assert.Null(await world.FindAsync($"owner/{name}", RepositoryType.Space));
        await world.SendAsync("POST", "/api/repos/create", $$"""{"name":"{{name}}","resourceGroupId":null,"region":null}""", world.Tokens["owner"]).Is(200);
    }
}
