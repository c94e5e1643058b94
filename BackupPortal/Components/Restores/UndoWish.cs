namespace BackupPortal.Components.Restores;

/// <summary>What the dialog before an undo answers.</summary>
/// <param name="CountdownSeconds">Announced to users before they are locked out.</param>
/// <remarks>Public because it is a component's answer.</remarks>
public sealed record UndoWish(int CountdownSeconds);
