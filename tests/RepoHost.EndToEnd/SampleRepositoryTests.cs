using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd;

public sealed class SampleRepositoryTests
{
    [Fact]
    public async Task The_generator_writes_the_very_bytes_that_are_committed()
    {
        Requires.Tool("node");

        var result = await ChildProgram.RunAsync("node", [Paths.Sample("generate", "generate.mjs"), "--check"], cancellationToken: TestContext.Current.CancellationToken);

        Assert.True(result.ExitCode == 0, result.ToString());
    }

    /// <summary>
    /// A .gitattributes that names LFS files would be obeyed by git in this very repository: whoever has git-lfs would commit pointers instead of weights.
    /// </summary>
    [Fact]
    public void No_sample_carries_git_attributes() =>
        Assert.Empty(Directory.EnumerateFiles(Paths.SampleRepos, ".gitattributes", SearchOption.AllDirectories));

    [Fact]
    public void Every_model_stays_small()
    {
        foreach (var model in Directory.EnumerateDirectories(Paths.Sample("models/acme")))
            Assert.InRange(Directory.EnumerateFiles(model, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length), 1, 250_000);
    }
}
