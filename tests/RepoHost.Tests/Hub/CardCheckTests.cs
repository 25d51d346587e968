using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Hub;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>POST /api/validate-yaml</c> (contract 7.6, trap T26).</summary>
public sealed class CardCheckTests(HubApplication application) : IClassFixture<HubApplication>
{
    [Theory]
    [InlineData("---\nlicense: mit\n---\n# A\n", "model", 200, "", "")]
    [InlineData("This is a modelcard without metadata", "model", 200, "", "empty or missing yaml metadata in repo card")]
    [InlineData("---\n---\n", "dataset", 200, "", "empty or missing yaml metadata in repo card")]
    [InlineData("---\nlicense: mit\n---\n", "space", 200, "", "the card of a Space needs the key sdk: gradio, streamlit, docker or static")]
    [InlineData("---\nsdk: docker\n---\n", "space", 200, "", "")]
    [InlineData("---\ngated: auto\nextra_gated_fields:\n  Company: txt\n---\n", "model", 200, "", "README.md, line 4, column 12: the field 'Company' has no known type")]
    [InlineData("---\nfoo: [\n---\n", "model", 400, "README.md, line 3, column 1", "")]
    [InlineData("---\ngated: perhaps\n---\n", "model", 400, "README.md, line 2, column 8: 'gated' must be auto, manual, true or false", "")]
    [InlineData("---\ngаted: manual\n---\n", "model", 400, "README.md, line 2, column 1: the key 'gаted' must be written 'gated', in plain letters.", "")]
    [InlineData("\u200B---\ngated: manual\n---\n", "dataset", 400, "README.md, line 1, column 1: the line that begins the front matter", "")]
    [InlineData("---\ngated: auto\nextra_gated_fields: I agree\n---\n", "model", 400, "README.md, line 3, column 21: 'extra_gated_fields' must be a map", "")]
    [InlineData("---\nnever closed\n", "model", 400, "no second --- line ends it", "")]
    [InlineData("---\nmodel-index: a\n---\n", "model", 400, "\"model-index\" must be an array", "")]
    [InlineData("---\nmodel-index:\n- 1\n---\n", "model", 400, "\"model-index[0]\" must be of type object", "")]
    [InlineData("---\nmodel-index:\n- results: []\n---\n", "model", 400, "\"model-index[0].name\" is required", "")]
    [InlineData("---\nmodel-index:\n- name: a\n---\n", "model", 400, "\"model-index[0].results\" is required", "")]
    [InlineData("---\nmodel-index:\n- name: a\n  results:\n  - task:\n      type: t\n    metrics: []\n---\n", "model", 400, "\"model-index[0].results[0].dataset\" is required", "")]
    [InlineData("---\nmodel-index:\n- name: a\n  results:\n  - task:\n      type: t\n    dataset:\n      type: d\n      name: D\n    metrics:\n    - type: f1\n---\n", "model", 400, "\"model-index[0].results[0].metrics[0].value\" is required", "")]
    [InlineData("---\nmodel-index:\n- name: a\n  results:\n  - task:\n      type: t\n    dataset:\n      type: d\n      name: D\n    metrics:\n    - type: f1\n      value: 0.5\n---\n", "model", 200, "", "")]
    [InlineData("---\nlicense: asdf\n---\n", "model", 400, "\"license\" must be one of [", "")]
    [InlineData("---\nlicense: [mit, asdf]\n---\n", "dataset", 400, "\"license[1]\" must be one of [", "")]
    [InlineData("---\nlanguage: EN\n---\n", "model", 400, "\"language\" must only contain lowercase characters", "")]
    [InlineData("---\ntags:\n  a: b\n---\n", "model", 400, "\"tags\" must be a string", "")]
    [InlineData("---\nbase_model: https://example.org/a\n---\n", "model", 400, "\"base_model\" with value \"https://example.org/a\" is not valid", "")]
    [InlineData("---\ndatasets: [a b]\n---\n", "model", 200, "", "\"datasets[0]\" with value \"a b\" is not valid")]
    [InlineData("---\npipeline_tag: guessing\n---\n", "model", 200, "", "the pipeline tag \"guessing\" is not one of the tasks that are known")]
    [InlineData("---\ntask_categories: [guessing]\n---\n", "dataset", 200, "", "\"task_categories[0]\" with value \"guessing\" is not one of the tasks")]
    [InlineData("---\nconfigs: a\n---\n", "dataset", 400, "\"configs\" must be an array", "")]
    [InlineData("---\nsdk: cobol\n---\n", "space", 400, "\"sdk\" must be one of [gradio, streamlit, docker, static]", "")]
    [InlineData("---\nsdk: static\ncolorFrom: mauve\n---\n", "space", 400, "\"colorFrom\" must be one of [red, ", "")]
    [InlineData("---\nsdk: static\npinned: 3\n---\n", "space", 400, "\"pinned\" must be a boolean", "")]
    public async Task The_answer_says_what_is_wrong_and_where(string content, string type, int status, string error, string warning)
    {
        var (got, json) = await CheckAsync(JsonSerializer.Serialize(new { content, repoType = type }));
        Assert.Equal(status, got);
        foreach (var (list, expected) in new[] { ("errors", error), ("warnings", warning) })
        {
            var messages = json.GetProperty(list).EnumerateArray().Select(m => m.GetProperty("message").GetString()!).ToArray();
            if (expected.Length == 0)
                Assert.Empty(messages);
            else
                Assert.Contains(expected, Assert.Single(messages), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"content":7}""")]
    [InlineData("""{"content":"","repoType":"kernel"}""")]
    public async Task A_request_that_says_nothing_is_400_with_errors_too(string body)
    {
        var (status, json) = await CheckAsync(body);
        Assert.Equal((400, 1, 0), (status, json.GetProperty("errors").GetArrayLength(), json.GetProperty("warnings").GetArrayLength()));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_413_as_JSON()
    {
        var (status, json) = await CheckAsync(JsonSerializer.Serialize(new { content = new string('a', 5 << 20) }));
        Assert.Equal(413, status);
        Assert.Contains("4 MB", json.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_long_card_the_beginning_is_looked_at_as_in_a_repository()
    {
        var (status, json) = await CheckAsync(JsonSerializer.Serialize(new { content = "---\nlicense: mit\n---\n" + new string('\u00e9', 500_000) }));
        Assert.Equal((200, 0, 0), (status, json.GetProperty("errors").GetArrayLength(), json.GetProperty("warnings").GetArrayLength()));
        (status, _) = await CheckAsync(JsonSerializer.Serialize(new { content = $"---\n# {new string('x', 2_100_000)}\nlicense: mit\n---\n" }));
        Assert.Equal(400, status);
    }

    [Fact]
    public async Task When_many_are_checked_already_the_next_is_told_to_come_back_as_JSON()
    {
        var turns = application.Services.GetRequiredService<CardCheckTurns>();
        var held = new List<IDisposable>();
        for (var i = 0; i < CardCheckTurns.AtOnce; i++)
            held.Add((await turns.TryEnterAsync($"caller {i}", TestContext.Current.CancellationToken))!);
        try
        {
            var (status, json) = await CheckAsync("""{"content":"---\nlicense: mit\n---\n"}""");
            Assert.Equal(503, status);
            Assert.Equal("The server checks many cards just now. Send the request again in a moment.", json.GetProperty("error").GetString());
        }
        finally
        {
            held.ForEach(turn => turn.Dispose());
        }

        Assert.Equal(200, (await CheckAsync("""{"content":"---\nlicense: mit\n---\n"}""")).Status);
    }

    private async Task<(int Status, JsonElement Json)> CheckAsync(string body)
    {
        using var client = application.Client();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await client.PostAsync("/api/validate-yaml", content);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return ((int)response.StatusCode, json.RootElement.Clone());
    }
}
