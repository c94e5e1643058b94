namespace BackupPortal.Tests.Access;

/// <summary>Whom a route is for. The roles below are of people, see <see cref="Walker"/>.</summary>
public enum Expected
{
    /// <summary>Everybody, signed in or not.</summary>
    Anyone,

    /// <summary>Everybody who is signed in.</summary>
    SignedIn,

    /// <summary>Members and admins of the tenant, and operators; for everybody else there is no such tenant.</summary>
    Member,

    /// <summary>Admins of the tenant, and operators; its members are told that they may not; for everybody else there is no such tenant.</summary>
    Admin,

    Operator,

    /// <summary>Nobody any more: set-up, when there is an account.</summary>
    Gone,

    /// <summary>Everybody, to be told to wait.</summary>
    Waiting,
}

/// <summary>People of the walk. The tenant is the one in the route.</summary>
public enum Walker
{
    Stranger,
    Member,
    Admin,
    Operator,
    AdminOfAnotherTenant,
    MemberOfAnotherTenant,
}
