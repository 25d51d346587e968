using GateMiddleware.Decisions;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>State, mode and caller: what the gate shows on the page, and that the API says the same (design 2 and 3, contract 6.3).</summary>
public sealed class GateTableTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    private static readonly Dictionary<string, string> Sentences = new()
    {
        ["pending"] = "Your request to access this repo has been successfully submitted, and is pending a review from the repo's authors.",
        ["accepted"] = "You have been granted access to this model",
        ["rejected"] = "Your request to access this repo has been rejected by the repo's authors.",
        ["formagain"] = "Your request to access this repo has been reset by the repo's authors. You can submit a new request.",
        ["member"] = "As a member of acme you have access without asking.",
        ["manages"] = "You manage this repository, so its gate lets you pass.",
        ["login"] = "Log in or Sign Up to review the conditions and access this model content.",
        ["form"] = "By agreeing you accept to share your contact information (email and username) with the repository authors.",
    };

    /// <summary>What the API answers where the page shows something.</summary>
    private static readonly Dictionary<string, (int Status, string Sentence)> Answers = new()
    {
        ["nothing"] = (200, ""),
        ["accepted"] = (200, ""),
        ["member"] = (200, ""),
        ["manages"] = (200, ""),
        ["login"] = (401, "Please log in."),
        ["form"] = (403, "you are not in the authorized list"),
        ["formagain"] = (403, "to submit a new request"),
        ["pending"] = (403, "is awaiting a review"),
        ["rejected"] = (403, "has been rejected by the repo's authors."),
    };

    public static TheoryData<string, string, AccessState, bool, string> Cells()
    {
        var cells = new TheoryData<string, string, AccessState, bool, string>();
        foreach (var mode in (string[])["false", "auto", "manual"])
        {
            foreach (var state in Enum.GetValues<AccessState>())
            {
                foreach (var membersGated in (bool[])[false, true])
                {
                    foreach (var caller in (string[])["nobody", "stranger", "member", "writer", "author"])
                    {
                        // Nobody has no state, and members have none of their own unless they are gated.
                        if ((caller == "nobody" && state != AccessState.None) || (caller == "stranger" && membersGated))
                            continue;
                        cells.Add(mode, caller, state, membersGated, Expected(mode, caller, state, membersGated));
                    }
                }
            }
        }

        return cells;
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public async Task The_page_shows_what_the_table_says_and_the_api_agrees(string mode, string caller, AccessState state, bool membersGated, string expected)
    {
        var record = await world.AddAsync(GatePagesWorld.Card(mode));
        await world.UpdateAsync(record, r => r.OrgMembersGated = membersGated);
        if (state != AccessState.None)
        {
            await world.AskAsync(record, caller, ("Company", "Example"));
            if (await world.StateAsync(record, caller) != state)
                await world.ReviewAsync(record, caller, state, state is AccessState.Rejected or AccessState.Reset ? "said <i>why</i>" : null);
        }

        var person = caller == "nobody" ? null : caller;
        using var visitor = await world.VisitAsync(person);
        var page = await visitor.GetAsync($"/{record.FullName}/access");

        Assert.Equal(200, page.Status);
        Assert.Equal(expected, page.Attribute("data-gate"));
        if (Sentences.TryGetValue(expected, out var sentence))
            Assert.Contains(sentence, page.Text, StringComparison.Ordinal);
        Assert.Equal(expected is "form" or "formagain", page.Html.Contains("data-form=\"gate\"", StringComparison.Ordinal));
        Assert.Equal(expected is "rejected" or "formagain", page.Html.Contains("Reason: said &lt;i&gt;why&lt;/i&gt;", StringComparison.Ordinal));
        Assert.Equal(mode != "false" && caller is "writer" or "author", page.Text.Contains("Review access requests", StringComparison.Ordinal));

        var api = await world.AuthCheckAsync(record, person);
        Assert.Equal(Answers[expected].Status, api.Status);
        Assert.Contains(Answers[expected].Sentence, api.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("auto", "Agree and access repository")]
    [InlineData("manual", "Agree and send request to access repo")]
    public async Task The_defaults_are_the_Hubs(string mode, string button)
    {
        var record = await world.AddAsync($"---\ngated: {mode}\n---\n");
        using var visitor = await world.VisitAsync("stranger");
        var page = await visitor.GetAsync($"/{record.FullName}/access");
        Assert.Contains("You need to agree to share your contact information to access this model", page.Text, StringComparison.Ordinal);
        Assert.Contains("This repository is publicly accessible, but you have to accept the conditions to access its files and content .", page.Text, StringComparison.Ordinal);
        Assert.Equal(button, page.TextOf("data-agree"));
    }

    [Fact]
    public async Task A_private_repository_is_not_called_public_and_to_others_it_is_not_there()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"), isPrivate: true);
        await world.UpdateAsync(record, r => r.OrgMembersGated = true);
        using var member = await world.VisitAsync("member");
        var page = await member.GetAsync($"/{record.FullName}/access");
        Assert.DoesNotContain("publicly accessible", page.Text, StringComparison.Ordinal);
        Assert.Contains("You have to accept the conditions", page.Text, StringComparison.Ordinal);
        using var stranger = await world.VisitAsync("stranger");
        Assert.Equal(404, (await stranger.GetAsync($"/{record.FullName}/access")).Status);
    }

    private static string Expected(string mode, string caller, AccessState state, bool membersGated) => (mode, caller) switch
    {
        ("false", _) => "nothing",
        (_, "nobody") => "login",
        (_, "author") => "manages",
        (_, "member" or "writer") when !membersGated => "member",
        _ => state switch
        {
            AccessState.None => "form",
            AccessState.Reset => "formagain",
            _ => state.ToString().ToLowerInvariant(),
        },
    };
}
