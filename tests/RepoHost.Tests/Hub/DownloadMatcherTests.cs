using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// The matcher and the route table lead to one answer. An escaped letter in the word <c>resolve</c> is the same address, but not one that the matcher takes up.
/// </summary>
public sealed class DownloadMatcherTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private static readonly UriCreationOptions AsWritten = new() { DangerousDisablePathAndQueryCanonicalization = true };

    private static readonly string[] Repositories = ["gated", "members-gated", "open", "private", "none"];

    private static readonly string[] Files =
    [
        "main/config.json", "main/model.bin", "main/empty.txt", "main/README.md", "main/sub/%C3%BC%20%23%25.txt", "main/sub", "main/nope", "nope/config.json", "HEAD/config.json",
        "refs%2Fheads%2Fmain/config.json", "refs/heads/main/config.json", "main/config.json/", "main//config.json", "main/config.json?download=true", "main/%2E%2E/config.json", "main", "main/",
    ];

    private static readonly string[] Varying = ["Date", "X-Request-Id"];

    private static readonly (string Name, string Value)[] Headers = [("X-Nothing", "1"), ("Range", "bytes=0-0"), ("Range", "bytes=9999-"), ("If-None-Match", "*")];

    [Fact]
    public async Task Both_ways_answer_alike_for_everybody_and_everything()
    {
        using var client = world.Client();
        var different = new List<string>();
        var asked = 0;
        foreach (var repository in Repositories)
        {
            foreach (var (caller, token) in world.Tokens)
            {
                foreach (var file in Files)
                {
                    foreach (var header in file == "main/model.bin" || file == "main/empty.txt" ? Headers : Headers[..1])
                    {
                        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
                        {
                            asked++;
                            var matched = await AnswerAsync(client, method, $"/acme/{repository}/resolve/{file}", token, header);
                            var routed = await AnswerAsync(client, method, $"/acme/{repository}/%72esolve/{file}", token, header);
                            if (matched != routed)
                                different.Add($"{method} {repository} {file} {header} as {caller}:\n{matched}\n--- but\n{routed}");
                        }
                    }
                }
            }
        }

        Assert.True(asked > 2000, $"only {asked} were asked");
        Assert.True(different.Count == 0, $"{different.Count} of {asked} differ:\n{string.Join("\n\n", different.Take(5))}");
    }

    private async Task<string> AnswerAsync(HttpClient client, HttpMethod method, string path, string? token, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(method, new Uri(world.Address.GetLeftPart(UriPartial.Authority) + path, AsWritten));
        if (token is not null)
            request.Headers.Authorization = new("Bearer", token);
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        using var response = await client.SendAsync(request);
        var headers = response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated)
            .Where(h => !Varying.Contains(h.Key, StringComparer.OrdinalIgnoreCase)).Select(h => $"{h.Key}: {h.Value}").Order(StringComparer.Ordinal);
        return $"{(int)response.StatusCode}\n{string.Join('\n', headers)}\n\n{await response.Content.ReadAsStringAsync()}";
    }
}
