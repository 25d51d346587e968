namespace GateMiddleware.Decisions;

/// <summary>What a person is to a repository, apart from any access request.</summary>
public enum AccessRelation
{
    /// <summary>Nothing: the gate holds for this person.</summary>
    None = 0,

    /// <summary>A member of the organization that owns the repository: passes, unless the repository gates its members too.</summary>
    Member = 1,

    /// <summary>The owner, an administrator of the owning organization, or whoever created the repository: always passes.</summary>
    Steward = 2,
}
