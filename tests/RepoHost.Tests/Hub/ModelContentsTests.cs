using System.Buffers.Binary;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What a model's files say of it: <c>pipeline_tag</c>, <c>library_name</c>, tags, <c>config</c> and <c>safetensors</c>.</summary>
public sealed class ModelContentsTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private static int _names;

    [Theory]
    [InlineData("BertForMaskedLM", "fill-mask")]
    [InlineData("BertForPreTraining", "fill-mask")]
    [InlineData("BertForSequenceClassification", "text-classification")]
    [InlineData("Wav2Vec2ForSequenceClassification", "audio-classification")]
    [InlineData("TapasForQuestionAnswering", "table-question-answering")]
    [InlineData("LayoutLMv3ForQuestionAnswering", "document-question-answering")]
    [InlineData("RobertaForQuestionAnswering", "question-answering")]
    [InlineData("GPT2LMHeadModel", "text-generation")]
    [InlineData("LlamaForCausalLM", "text-generation")]
    [InlineData("T5ForConditionalGeneration", "text2text-generation")]
    [InlineData("WhisperForConditionalGeneration", "automatic-speech-recognition")]
    [InlineData("Wav2Vec2ForCTC", "automatic-speech-recognition")]
    [InlineData("ViTForImageClassification", "image-classification")]
    [InlineData("CLIPModel", "zero-shot-image-classification")]
    [InlineData("Dinov2Model", "image-feature-extraction")]
    [InlineData("BertModel", "feature-extraction")]
    [InlineData("VitsModel", "text-to-speech")]
    [InlineData("SomethingElse", null)]
    public void A_class_says_what_it_is_for(string architecture, string? task) => Assert.Equal(task, ModelArchitecture.TaskOf(architecture, sees: false, hears: false));

    [Fact]
    public void What_a_model_takes_besides_text_is_in_its_configuration()
    {
        Assert.Equal("image-text-to-text", ModelArchitecture.TaskOf("Qwen2VLForConditionalGeneration", sees: true, hears: false));
        Assert.Equal("audio-text-to-text", ModelArchitecture.TaskOf("UltravoxForConditionalGeneration", sees: false, hears: true));
        Assert.Equal("any-to-any", ModelArchitecture.TaskOf("Gemma3nForConditionalGeneration", sees: true, hears: true));
    }

    [Theory]
    [InlineData("config.json", """{"architectures": ["BertForMaskedLM"], "model_type": "bert"}""", "fill-mask", "transformers", "transformers fill-mask")]
    [InlineData("config.json", """{"architectures": ["Q"], "auto_map": {}, "quantization_config": {"bits": 4, "quant_method": "awq"}}""", null, "transformers", "transformers custom_code 4-bit awq")]
    [InlineData("config.json", """{"hidden_size": 4}""", null, null, "")]
    [InlineData("config.json", """{"architectures": 7, "model_type": {}}""", null, "transformers", "transformers")]
    [InlineData("config.json", """{"a": 1, "a": 2}""", null, null, "")]
    [InlineData("config.json", "[1]", null, null, "")]
    [InlineData("config.json", "{", null, null, "")]
    [InlineData("model_index.json", """{"_class_name": "StableDiffusionPipeline"}""", "text-to-image", "diffusers", "diffusers diffusers:StableDiffusionPipeline text-to-image")]
    [InlineData("modules.json", """[{"type": "sentence_transformers.models.Transformer"}]""", "sentence-similarity", "sentence-transformers", "sentence-transformers sentence-similarity")]
    [InlineData("adapter_config.json", """{"peft_type": "LORA", "task_type": "CAUSAL_LM"}""", "text-generation", "peft", "peft lora text-generation")]
    [InlineData("q4/model.gguf", "GGUF", null, "gguf", "gguf")]
    [InlineData("onnx/model.onnx", "x", null, null, "onnx")]
    [InlineData("pytorch_model-00001.bin", "x", null, null, "pytorch")]
    [InlineData("training.bin", "x", null, null, "")]
    public async Task Files_say_what_the_card_does_not(string path, string content, string? task, string? library, string tags)
    {
        var record = await NewAsync((path, content));
        foreach (var facts in new[] { await InfoAsync(record), await ItemAsync(record) })
        {
            Assert.Equal((task, library), ((string?)facts["pipeline_tag"], (string?)facts["library_name"]));
            Assert.Equal(tags, string.Join(' ', facts["tags"]!.AsArray().Select(tag => (string)tag!)));
        }

        foreach (var filter in tags.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(tag => $"filter={tag}"))
            Assert.Contains(record.FullName, await NamesAsync(filter));
        if (task is not null)
            Assert.Contains(record.FullName, await NamesAsync($"pipeline_tag={task}&library={library}"));
    }

    [Fact]
    public async Task The_card_has_the_last_word()
    {
        var record = await NewAsync(
            ("config.json", """{"architectures": ["BertForMaskedLM"], "model_type": "bert"}"""),
            ("README.md", "---\npipeline_tag: text-ranking\nlibrary_name: mine\ntags: [x]\n---\n"));
        var facts = await InfoAsync(record);
        Assert.Equal(("text-ranking", "mine"), ((string?)facts["pipeline_tag"], (string?)facts["library_name"]));
        Assert.Equal(["mine", "x", "text-ranking"], facts["tags"]!.AsArray().Select(tag => (string)tag!));
    }

    [Fact]
    public async Task What_config_json_says_is_told_to_those_whom_the_gate_lets_in()
    {
        var open = await NewAsync(("config.json", """{"model_type": "bert", "deep": {"er": [1]}}"""));
        Assert.Equal("""{"model_type":"bert","deep":{"er":[1]}}""", (await InfoAsync(open))["config"]!.ToJsonString());
        Assert.Equal("""{"model_type":"bert","deep":{"er":[1]}}""", (await ItemAsync(open, "config=true"))["config"]!.ToJsonString());
        Assert.Equal("{}", (await InfoAsync(await NewAsync(("a.txt", "a"))))["config"]!.ToJsonString());
        Assert.False((await ItemAsync(open)).ContainsKey("config"));

        foreach (var (who, expected) in new[] { ("nobody", "{}"), ("stranger", "{}"), ("pending", "{}"), ("accepted", """{"hidden_size":4}"""), ("author", """{"hidden_size":4}""") })
        {
            var client = world.Client(world.Tokens[who]);
            foreach (var url in (string[])["", "/revision/main", "?expand=config"])
                Assert.Equal(expected, (await client.GetFromJsonAsync<JsonObject>($"/api/models/acme/gated{url}"))!["config"]!.ToJsonString());
            // Lists ask no gate for anyone.
            var listed = (await client.GetFromJsonAsync<JsonArray>("/api/models?author=acme&search=gated&config=1"))!;
            Assert.All(listed, item => Assert.Equal("{}", item!["config"]!.ToJsonString()));
        }
    }

    [Fact]
    public async Task Parameters_are_counted_by_the_headers_of_safetensors_files()
    {
        var small = Safetensors("""{"__metadata__":{"format":"pt"},"a":{"dtype":"F16","shape":[3,4],"data_offsets":[0,24]},"b":{"dtype":"F32","shape":[],"data_offsets":[24,28]}}""");
        var record = await NewAsync(("model-1.safetensors", small), ("model-2.safetensors", Safetensors("""{"c":{"dtype":"F16","shape":[2000000000],"data_offsets":[0,1]}}""")));
        var found = (await InfoAsync(record))["safetensors"]!;
        Assert.Equal("""{"parameters":{"F16":2000000012,"F32":1},"total":2000000013}""", found.ToJsonString());
        Assert.Equal(2000000013, (long)(await ItemAsync(record, "expand=safetensors"))["safetensors"]!["total"]!);
        Assert.Contains(record.FullName, await NamesAsync("num_parameters=min:2B,max:3B"));
        Assert.DoesNotContain(record.FullName, await NamesAsync("num_parameters=max:2B"));

        foreach (var wrong in (string[])["", "not one", Safetensors("""{"a":{"dtype":"F16","shape":[-1]}}"""), Safetensors("""{"a":{"dtype":"F16","shape":[9000000000000000000,9]}}"""), Safetensors("[]")])
        {
            var facts = await InfoAsync(await NewAsync(("model.safetensors", wrong)));
            Assert.False(facts.ContainsKey("safetensors"), wrong);
        }
    }

    [Fact]
    public async Task A_pointer_to_what_another_repository_was_given_tells_nothing_of_it()
    {
        var content = Safetensors("""{"secret":{"dtype":"F16","shape":[3,4],"data_offsets":[0,24]}}""");
        var owner = await NewAsync(("model.safetensors", content));
        Assert.Equal(12, (int)(await InfoAsync(owner))["safetensors"]!["total"]!);

        var other = await NewAsync(("a.txt", "a"));
        using var source = new GitFolder();
        var bytes = Encoding.UTF8.GetBytes(content);
        source.Commit("main", ("model.safetensors", $"version https://git-lfs.github.com/spec/v1\noid sha256:{LfsWorld.Sha(bytes)}\nsize {bytes.Length}\n"));
        source.PushTo(world.Services.GetRequiredService<GitRepositories>().PathOf(other.Id), "main:main");
        var facts = await InfoAsync(other);
        Assert.Equal(source.Git("rev-parse", "main").Trim(), (string)facts["sha"]!);
        Assert.False(facts.ContainsKey("safetensors"));
    }

    /// <summary>As text, which it can be because its length has no byte above 127. Nothing but the header is read, so there are no numbers behind it.</summary>
    private static string Safetensors(string header)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, 256);
        return Encoding.ASCII.GetString(length) + header.PadRight(256);
    }

    private Task<RepositoryRecord> NewAsync(params (string Path, string Text)[] files) => world.AddRepositoryAsync(
        RepositoryType.Model, $"author/contents-{Interlocked.Increment(ref _names)}", files.ToDictionary(file => file.Path, file => file.Text));

    private async Task<JsonObject> InfoAsync(RepositoryRecord record) => (await world.Client().GetFromJsonAsync<JsonObject>($"/api/models/{record.FullName}"))!;

    private async Task<JsonObject> ItemAsync(RepositoryRecord record, string query = "")
    {
        var items = (await world.Client().GetFromJsonAsync<JsonArray>($"/api/models?author=author&limit=500&{query}"))!;
        return (JsonObject)Assert.Single(items, item => (string)item!["id"]! == record.FullName)!;
    }

    private async Task<IEnumerable<string>> NamesAsync(string query) =>
        (await world.Client().GetFromJsonAsync<JsonArray>($"/api/models?limit=500&{query}"))!.Select(item => (string)item!["id"]!);
}
