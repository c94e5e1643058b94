namespace BackupPortal.Cli;

/// <summary>What has to be true of the data root before a command begins.</summary>
internal enum Preparation
{
    /// <summary>There is an installation: its catalog is migrated, and what a killed process left open is finished or reversed.</summary>
    Existing,

    /// <summary>The same, but an installation is begun where there is none.</summary>
    Create,

    /// <summary>Like <see cref="Existing"/>, and nothing at all where there is none.</summary>
    Optional,

    /// <summary>The command sees to it itself.</summary>
    Own,
}
