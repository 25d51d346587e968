using System.Text.Json;
using RepoHost.EndToEnd.Support;

namespace RepoHost.EndToEnd.Clients;

/// <summary>Fine-grained tokens as an operator makes them: of dana, who was given access to gated repositories, and of the author, who may do everything.</summary>
internal static class ScopedTokens
{
    /// <summary>The group of checks that uses them.</summary>
    public const string Group = "hub-scopes";

    /// <summary>What <c>tests/clients</c> reads from its environment.</summary>
    public static async Task<string> MakeAsync(World world)
    {
        const string Repository = "acme/scoped";
        await world.Server.AddRepositoryAsync("model", Repository, Paths.Sample($"models/{World.Open}"), isPrivate: true);
        var kinds = new (string Name, string User, string[] Rights)[]
        {
            ("nothing", "dana", []),
            ("readsGated", "dana", ["--read-gated"]),
            ("readsGatedOne", "dana", ["--repo", World.Gated, "--right", "read"]),
            ("readsPrivateOne", "author", ["--repo", World.Private, "--right", "read"]),
            ("settingsOfPrivateOne", "author", ["--repo", World.Private, "--right", "settings"]),
            ("writesOne", "author", ["--repo", Repository, "--right", "write"]),
            ("writesNamespace", "author", ["--namespace", "acme", "--right", "write", "--right", "read"]),
        };
        var texts = await Task.WhenAll(kinds.Select(kind => world.Server.AddScopedTokenAsync(kind.User, kind.Rights)));
        return JsonSerializer.Serialize(new { repo = Repository, tokens = kinds.Zip(texts).ToDictionary(pair => pair.First.Name, pair => pair.Second) });
    }
}
