using System.Text;
using RepoHost.Gating.Commits;
using Xunit;

namespace RepoHost.Tests.Gating;

/// <summary>Only a line that is the key and nothing else is taken out of a card, and only if all the rest then reads as before.</summary>
public sealed class CardGateRemovalTests
{
    [Theory]
    [InlineData("---\ngated: manual\n---\n# Text\n", "---\n---\n# Text\n")]
    [InlineData("---\nlicense: mit\ngated: true # since May\ntags:\n- a\n---\n", "---\nlicense: mit\ntags:\n- a\n---\n")]
    [InlineData("---\r\nlicense: mit\r\n\"gated\": \"auto\"\r\n---\r\ngated: manual\r\n", "---\r\nlicense: mit\r\n---\r\ngated: manual\r\n")]
    [InlineData("---\n'gated' : manual\nextra_gated_prompt: |\n  gated: manual\n---\n", "---\nextra_gated_prompt: |\n  gated: manual\n---\n")]
    [InlineData("\n\n---\ngated: manual\nlicense: mit\n---", "\n\n---\nlicense: mit\n---")]
    [InlineData("\uFEFF---\ngated: manual\n---\nÄ", "\uFEFF---\n---\nÄ")]
    [InlineData("---\rgated: manual\rlicense: mit\r---\r", "---\rlicense: mit\r---\r")]
    [InlineData("---\n{license: mit, gated: manual}\n---\n", null)]
    [InlineData("---\n{license: mit,\ngated: manual}\n---\n", null)]
    [InlineData("---\ngated:\n  manual\n---\n", null)]
    [InlineData("---\n? gated\n: manual\n---\n", null)]
    [InlineData("---\n? gated\n: manual\nlicense: mit\n---\n", null)]
    [InlineData("---\n\"gat\\u0065d\": manual\n---\n", null)]
    [InlineData("---\ngated: >-\n  manual\nlicense: mit\n---\n", null)]
    [InlineData("---\nlicense: mit\n---\n", null)]
    [InlineData("---\ngated: maybe\n---\n", null)]
    [InlineData("# No card\ngated: manual\n", null)]
    [InlineData("", null)]
    public async Task The_line_of_the_key_goes_and_nothing_else(string readme, string? expected) =>
        Assert.Equal(expected, await CardGateRemoval.WithoutAsync(Encoding.UTF8.GetBytes(readme), TestContext.Current.CancellationToken) is { } left ? Encoding.UTF8.GetString(left) : null);
}
