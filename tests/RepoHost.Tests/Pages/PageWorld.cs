using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>The people of <see cref="GatedWorld"/> in front of browsers, and repositories that only some of them may see.</summary>
public sealed class PageWorld : GatedWorld
{
    /// <summary>More than a page of a list holds.</summary>
    public const int Many = 65;

    /// <summary>Who comes with a session that is good, and nobody.</summary>
    public IEnumerable<string> Callers => Sessions.Keys.Except(["disabled"]).Append("nobody");

    protected override async Task FillAsync()
    {
        await base.FillAsync();
        await AddRepositoryAsync(
            RepositoryType.Model,
            "acme/secret",
            new Dictionary<string, string> { ["README.md"] = "---\nlicense: mit\ntags: [whisper]\nlibrary_name: hush\npipeline_tag: text-ranking\ngated: auto\n---\n# Secret\n" },
            isPrivate: true);
        Assert.True(await Services.GetRequiredService<RepositoryCatalog>().DeleteAsync((await FindAsync("open")).Id, CancellationToken.None));
        await AddRepositoryAsync(RepositoryType.Model, "acme/open", new Dictionary<string, string> { ["README.md"] = "---\nbase_model: [acme/secret, acme/gated, acme/nowhere]\n---\n# Open\n", ["config.json"] = "{}" });
        for (var i = 0; i < Many; i++)
            await AddRepositoryAsync(RepositoryType.Dataset, $"stranger/d-{100 + i}", new Dictionary<string, string> { ["README.md"] = "# One of many\n" });
        await AddRepositoryAsync(RepositoryType.Dataset, "stranger/diary", new Dictionary<string, string> { ["README.md"] = "# Mine\n" }, isPrivate: true);
    }

    /// <summary>As a browser asks for a page of its own accord.</summary>
    internal async Task<WebPage> GetAsync(string address, string caller, HttpMethod? method = null)
    {
        using var client = Client();
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, address);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Sec-Fetch-Mode", "navigate");
        if (caller != "nobody")
            request.Headers.Add("Cookie", Sessions[caller]);
        using var answer = await client.SendAsync(request);
        return new(answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.OriginalString);
    }
}

internal sealed record WebPage(HttpStatusCode Status, string Text, string? Location)
{
    private IDocument? dom;

    public IDocument Dom => dom ??= new HtmlParser().ParseDocument(Text);
}
