namespace RepoHost.Hub;

/// <summary>
/// Programs that run models on people's own machines, by the names that <c>apps=</c> has for them, with the tags of the models that they run. Others choose by
/// what this server does not know of a model.
/// </summary>
internal static class LocalApps
{
    private static readonly string[] Gguf = ["gguf"];
    private static readonly string[] GgufAndMlx = ["gguf", "mlx"];

    private static readonly Dictionary<string, string[]> Tags = new(StringComparer.Ordinal)
    {
        ["llama.cpp"] = Gguf,
        ["node-llama-cpp"] = Gguf,
        ["ollama"] = Gguf,
        ["localai"] = Gguf,
        ["jan"] = Gguf,
        ["backyard"] = Gguf,
        ["sanctum"] = Gguf,
        ["msty"] = Gguf,
        ["recursechat"] = Gguf,
        ["docker-model-runner"] = Gguf,
        ["lemonade"] = Gguf,
        ["lmstudio"] = GgufAndMlx,
        ["atomic-chat"] = GgufAndMlx,
        ["mlx-lm"] = ["mlx"],
        ["tgi"] = ["text-generation-inference"],
        ["unsloth"] = ["unsloth", "gguf"],
    };

    public static IEnumerable<string> Names => Tags.Keys;

    /// <summary>One of these tags is on every model that the program runs; null when that is not known.</summary>
    public static IReadOnlyList<string>? TagsOf(string app) => Tags.GetValueOrDefault(app);
}
