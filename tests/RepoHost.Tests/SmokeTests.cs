namespace RepoHost.Tests;

public sealed class SmokeTests
{
    [Xunit.Fact]
    public void The_runner_runs() => Xunit.Assert.True(true);
}
