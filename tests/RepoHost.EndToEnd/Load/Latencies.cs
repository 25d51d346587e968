using System.Globalization;

namespace RepoHost.EndToEnd.Load;

/// <summary>How long requests took, in milliseconds.</summary>
public sealed class Latencies
{
    private readonly double[] sorted;

    public Latencies(IEnumerable<double> milliseconds) => sorted = [.. milliseconds.Order()];

    public double Median => At(0.5);

    public double P99 => At(0.99);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"median {Median:0.00} ms, p99 {P99:0.00} ms of {sorted.Length}");

    private double At(double share) => sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
}
