using System.Globalization;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Accounts.Limits;

/// <summary>What is used and what is allowed, for people: "1.2 GB of 100 GB", or "1.2 GB, no limit".</summary>
internal static class LimitWords
{
    public static string Bytes(long used, long limit) => Of(ByteCount.Of(used), limit, ByteCount.Of);

    public static string Repositories(long count, long limit) => Of(Number(count), limit, Number);

    private static string Of(string used, long limit, Func<long, string> words) =>
        limit == RepositoryUsage.NoLimit ? $"{used}, no limit" : $"{used} of {words(limit)}";

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}
