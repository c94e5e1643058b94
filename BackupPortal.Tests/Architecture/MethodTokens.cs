using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace BackupPortal.Tests.Architecture;

/// <summary>What the instructions of a method body name: methods, fields and types.</summary>
internal static class MethodTokens
{
    private static readonly Dictionary<int, OpCode> _codes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value);

    public static IReadOnlyList<(OperandType Operand, EntityHandle Handle)> Read(BlobReader il)
    {
        var tokens = new List<(OperandType, EntityHandle)>();
        while (il.RemainingBytes > 0)
        {
            int code = il.ReadByte();
            if (code == 0xFE)
                code = (code << 8) | il.ReadByte();
            var operand = _codes[code].OperandType;
            if (operand is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                tokens.Add((operand, MetadataTokens.EntityHandle(il.ReadInt32())));
            else
                Skip(ref il, operand);
        }
        return tokens;
    }

    private static void Skip(ref BlobReader il, OperandType operand)
    {
        // The number of a switch's targets stands before them, and moves the reader on itself.
        var targets = operand == OperandType.InlineSwitch ? il.ReadInt32() : 0;
        il.Offset += operand switch
        {
            OperandType.InlineSwitch => 4 * targets,
            OperandType.InlineI8 or OperandType.InlineR => 8,
            OperandType.InlineNone => 0,
            OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
            OperandType.InlineVar => 2,
            _ => 4,
        };
    }
}
