using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>Makes the signed addresses of batch answers.</summary>
internal sealed class LfsAddresses(PublicUrl publicUrl, SignedLinks links, IOptions<LfsOptions> options, TimeProvider time)
{
    private const double SlowBytesPerSecond = 2_000_000;

    private static readonly TimeSpan LongestLife = TimeSpan.FromHours(12);

    /// <param name="uploading">
    /// Bytes that the caller will send before the last of the addresses has its turn: clients take all addresses of a batch, and all parts of an object, at
    /// once and use them one after another, so the last one has to outlive the rest at the pace of a slow line. Who may is asked at use anyway.
    /// </param>
    public LfsAddressBook Open(RepositoryRecord repository, Caller caller, double uploading)
    {
        var life = TimeSpan.FromMinutes(options.Value.AddressMinutes) + TimeSpan.FromSeconds(Math.Min(uploading / SlowBytesPerSecond, LongestLife.TotalSeconds));
        if (life > LongestLife)
            life = LongestLife;
        var blank = new SignedLink
        {
            Operation = LinkOperation.Download,
            RepositoryId = repository.Id,
            Object = new(default, 0),
            UserId = caller.UserId,
            TokenId = caller.TokenId,
            SessionId = caller.SessionId,
            ExpiresAt = time.GetUtcNow() + life,
        };
        var root = publicUrl.Of($"/{repository.Type.Prefix()}{repository.FullName}.git/info/lfs/objects/");
        return new(links, blank, root, (int)life.TotalSeconds);
    }
}

/// <summary>The addresses of one batch answer: one repository, one person, one end.</summary>
internal sealed class LfsAddressBook(SignedLinks links, SignedLink blank, string root, int expiresIn)
{
    public IReadOnlyDictionary<string, LfsAction> Download(LfsPointer pointer) =>
        new Dictionary<string, LfsAction> { ["download"] = new(Href(blank with { Object = pointer }, ""), expiresIn) };

    public IReadOnlyDictionary<string, LfsAction> Upload(LfsPointer pointer) => new Dictionary<string, LfsAction>
    {
        ["upload"] = new(Href(blank with { Operation = LinkOperation.Upload, Object = pointer }, ""), expiresIn),
        ["verify"] = Verify(pointer),
    };

    /// <summary>The completing address, and in its header the size of a part and the address of each; nothing else, in ascending order (contract 7.3).</summary>
    public IReadOnlyDictionary<string, LfsAction> UploadInParts(LfsPointer pointer, long partBytes)
    {
        var plan = PartPlan.For(pointer.Size, partBytes);
        var upload = blank with { Object = pointer, UploadId = RandomNumberGenerator.GetHexString(32, lowercase: true), PartBytes = plan.PartBytes };
        var header = new OrderedDictionary<string, string> { ["chunk_size"] = plan.PartBytes.ToString(CultureInfo.InvariantCulture) };
        for (var number = 1; number <= plan.Count; number++)
        {
            header[number.ToString("D5", CultureInfo.InvariantCulture)] =
                Href(upload with { Operation = LinkOperation.UploadPart, Part = number }, string.Create(CultureInfo.InvariantCulture, $"parts/{number}/"));
        }

        return new Dictionary<string, LfsAction>
        {
            ["upload"] = new(Href(upload with { Operation = LinkOperation.Complete }, "complete/"), expiresIn, header),
            ["verify"] = Verify(pointer),
        };
    }

    private LfsAction Verify(LfsPointer pointer) => new(Href(blank with { Operation = LinkOperation.Verify, Object = pointer }, "verify/"), expiresIn);

    private string Href(SignedLink link, string words) => $"{root}{link.Object.Oid}/{words}{links.Write(link)}";
}
