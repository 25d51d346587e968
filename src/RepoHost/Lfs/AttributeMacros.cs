namespace RepoHost.Lfs;

/// <summary>
/// The macros that the <c>.gitattributes</c> at the top defines, as far as they bear upon one attribute. Git's own, <c>binary</c>, does not bear upon
/// filters.
/// </summary>
internal sealed class AttributeMacros
{
    private readonly Dictionary<string, AttributeState[]> definitions = new(StringComparer.Ordinal);
    private readonly HashSet<string> relevant;

    /// <param name="lines">Of two definitions the last one counts.</param>
    public AttributeMacros(string attribute, IEnumerable<AttributeLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.Macro is { } name)
                definitions[name] = line.States;
        }

        // A macro matters that sets the attribute, or sets a macro that matters, on or off.
        relevant = new(StringComparer.Ordinal) { attribute };
        var users = definitions.SelectMany(macro => macro.Value.Select(state => (state.Name, Macro: macro.Key)))
            .ToLookup(use => use.Name, use => use.Macro, StringComparer.Ordinal);
        var open = new Stack<string>([attribute]);
        while (open.TryPop(out var name))
        {
            foreach (var macro in users[name])
            {
                if (relevant.Add(macro))
                    open.Push(macro);
            }
        }

        foreach (var (name, states) in definitions.ToArray())
            definitions[name] = Relevant(states);
    }

    public AttributeState[] Relevant(AttributeState[] states) => Array.FindAll(states, state => relevant.Contains(state.Name));

    /// <summary>Sets what is not set yet, the last state first; a macro that is set sets what it stands for at once (git's attr.c, fill_one).</summary>
    public void Fill(AttributeState[] states, Dictionary<string, string?> values, GlobWork work)
    {
        var open = new Stack<(AttributeState[] States, int Left)>([(states, states.Length)]);
        while (open.TryPop(out var next))
        {
            if (next.Left == 0)
                continue;
            work.Spend(1);
            open.Push((next.States, next.Left - 1));
            var state = next.States[next.Left - 1];
            if (values.TryAdd(state.Name, state.Value) && state.Value == AttributeLine.True && definitions.TryGetValue(state.Name, out var macro))
                open.Push((macro, macro.Length));
        }
    }
}
