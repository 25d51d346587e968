using System.Diagnostics;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

/// <summary>Alone, because it measures the whole process.</summary>
[CollectionDefinition(nameof(LargeBlobMemoryTests), DisableParallelization = true)]
[Collection(nameof(LargeBlobMemoryTests))]
public sealed class LargeBlobMemoryTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_blob_of_200_MB_needs_little_memory()
    {
        using var test = new TestRepository();
        var (oid, packed) = await LargeBlobTests.LargeAsync(test, 200);
        using (test.Repository.OpenLargeBlob(oid))
        {
        }

        using var self = Process.GetCurrentProcess();
        var before = Resident(self);
        using (var blob = test.Repository.OpenLargeBlob(oid))
            await blob.Stream.CopyToAsync(Stream.Null, Ct);
        using (var file = await test.Repository.OpenBlobFileAsync(oid, Ct))
            Assert.Equal(200L << 20, RandomAccess.GetLength(file));
        Assert.True(packed);
        Assert.True(Resident(self) - before < 60L << 20, $"{(Resident(self) - before) >> 20} MiB more");
    }

    private static long Resident(Process self)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        self.Refresh();
        return self.WorkingSet64;
    }
}
