using Xunit;

namespace GateMiddleware.Tests.Support;

/// <summary>Tests that look at the clock run alone: next to others they would measure those.</summary>
[CollectionDefinition(nameof(Timed), DisableParallelization = true)]
public sealed class Timed;
