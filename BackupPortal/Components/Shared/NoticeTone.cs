namespace BackupPortal.Components.Shared;

/// <summary>How a <see cref="Notice"/> is meant; its icon says the same as its colour.</summary>
public enum NoticeTone
{
    Info,
    Good,
    Warning,
    Bad,
}
