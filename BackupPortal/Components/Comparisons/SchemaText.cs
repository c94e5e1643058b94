using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using static BackupPortal.Components.Comparisons.ComparisonsTexts;

namespace BackupPortal.Components.Comparisons;

/// <summary>What changes in the structure, for people.</summary>
internal static class SchemaText
{
    public static string Sentence(SchemaDifference one, FriendlyNames names) => Texts[$"Schema{one.Change}", Texts[$"Part{one.Part}"], Name(one, names), one.OtherName];

    private static string Name(SchemaDifference one, FriendlyNames names) => one switch
    {
        { Table: { } table } => $"{names.TableOf(table)}.{names.ColumnOf(table, one.Name)}",
        { Part: SchemaPart.Table } => names.TableOf(one.Name),
        _ => one.Name,
    };
}
