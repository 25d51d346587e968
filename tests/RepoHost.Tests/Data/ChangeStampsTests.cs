using RepoHost.Data;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Data;

public sealed class ChangeStampsTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("repohost-stamps-").FullName;

    public void Dispose() => Directory.Delete(directory, recursive: true);

    [Fact]
    public void A_bump_is_seen_through_another_mapping()
    {
        using var one = ChangeStamps.Open(directory);
        using var other = ChangeStamps.Open(directory);
        var user = other.OfUser("0123456789abcdef01234567");
        var repository = other.OfRepository("0123456789abcdef01234567");

        one.BumpUser("0123456789abcdef01234567");

        Assert.NotEqual(user, other.OfUser("0123456789abcdef01234567"));
        Assert.Equal(repository, other.OfRepository("0123456789abcdef01234567"));
    }

    [Fact]
    public void Stamps_outlive_the_process_so_that_one_that_starts_later_never_goes_back()
    {
        using (var first = ChangeStamps.Open(directory))
            first.BumpRepository("a");

        using var second = ChangeStamps.Open(directory);
        Assert.Equal(1, second.OfRepository("a"));
    }

    [Fact]
    public async Task Parallel_bumps_through_two_mappings_are_all_counted()
    {
        using var one = ChangeStamps.Open(directory);
        using var other = ChangeStamps.Open(directory);
        await Task.WhenAll(new[] { one, other }.Select(stamps => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++)
                stamps.BumpUser("somebody");
        })));

        Assert.Equal(20_000, one.OfUser("somebody"));
    }

    [Fact]
    public void Parallel_first_opens_agree_on_one_file()
    {
        var opened = Enumerable.Range(0, 8).AsParallel().Select(_ => ChangeStamps.Open(directory)).ToList();
        opened[0].BumpUser("somebody");
        Assert.All(opened, stamps => Assert.Equal(1, stamps.OfUser("somebody")));
        opened.ForEach(stamps => stamps.Dispose());
        Assert.Equal([Path.Combine(directory, "change-stamps")], Directory.GetFiles(directory));
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        using var stamps = ChangeStamps.Open(directory);
        stamps.OfUser("somebody");
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
            stamps.OfUser("somebody");
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void A_short_file_stops_the_start_and_says_what_to_do()
    {
        File.WriteAllBytes(Path.Combine(directory, "change-stamps"), new byte[100]);
        var fault = Assert.Throws<DataDirectoryException>(() => ChangeStamps.Open(directory));
        Assert.Contains(Path.Combine(directory, "change-stamps"), fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_disposal_it_throws_instead_of_reading_freed_memory()
    {
        var stamps = ChangeStamps.Open(directory);
        stamps.Dispose();
        Assert.Throws<ObjectDisposedException>(() => stamps.OfUser("somebody"));
    }
}
