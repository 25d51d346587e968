namespace RepoHost.EndToEnd.Support;

/// <summary>Chance that can be repeated: the same seed, the same delays and contents.</summary>
public sealed class Seeded(int seed)
{
#pragma warning disable RS0030 // Nothing here is a secret; a failure has to be repeatable.
    private readonly Random random = new(seed);

    public int Between(int least, int most) => random.Next(least, most);

    public byte[] Bytes(int least, int most)
    {
        var bytes = new byte[Between(least, most)];
        random.NextBytes(bytes);
        return bytes;
    }
#pragma warning restore RS0030
}
