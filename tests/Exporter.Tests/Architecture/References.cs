using System.Collections.Frozen;
using System.Reflection;
using System.Reflection.Emit;
using Exporter.Evaluation;

namespace Exporter.Tests.Architecture;

/// <summary>A use of one room's type in another room.</summary>
/// <param name="Member">Who uses it.</param>
/// <param name="Used">The type that is used.</param>
internal sealed record Reference(string From, string To, string Member, string Used);

/// <summary>Every use of a type across rooms, from the compiled program: signatures, local variables and the instructions themselves.</summary>
internal static class References
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly FrozenDictionary<short, OpCode> Instructions = typeof(OpCodes)
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToFrozenDictionary(code => code.Value);

    private static readonly Lazy<Reference[]> All = new(() => [.. typeof(Snapshot).Assembly.GetTypes().SelectMany(OfType)]);

    public static IReadOnlyList<Reference> OfAssembly => All.Value;

    private static IEnumerable<Reference> OfType(Type type)
    {
        if (RoomOf(type) is not { } room)
        {
            yield break;
        }

        foreach (var (member, used) in UsesOf(type))
        {
            foreach (var part in Parts(used))
            {
                if (RoomOf(part) is { } other && other != room)
                {
                    yield return new Reference(room, other, member, part.FullName ?? part.Name);
                }
            }
        }
    }

    private static IEnumerable<(string Member, Type Used)> UsesOf(Type type)
    {
        var name = type.FullName!;
        foreach (var above in type.GetInterfaces().Append(type.BaseType).OfType<Type>())
        {
            yield return (name, above);
        }

        foreach (var attribute in type.GetCustomAttributesData())
        {
            yield return (name, attribute.AttributeType);
        }

        foreach (var member in type.GetMembers(Everything))
        {
            var label = $"{name}.{member.Name}";
            foreach (var attribute in member.GetCustomAttributesData())
            {
                yield return (label, attribute.AttributeType);
            }

            foreach (var used in member switch
            {
                FieldInfo field => [field.FieldType],
                MethodBase method => UsesOf(method),
                _ => [],
            })
            {
                yield return (label, used);
            }
        }
    }

    private static IEnumerable<Type> UsesOf(MethodBase method)
    {
        foreach (var parameter in method.GetParameters())
        {
            yield return parameter.ParameterType;
        }

        if (method is MethodInfo { ReturnType: var result })
        {
            yield return result;
        }

        if (method.GetMethodBody() is not { } body)
        {
            yield break;
        }

        foreach (var variable in body.LocalVariables)
        {
            yield return variable.LocalType;
        }

        foreach (var member in MembersIn(method, body.GetILAsByteArray() ?? []))
        {
            if (member is Type type)
            {
                yield return type;
            }
            else if (member.DeclaringType is { } declaring)
            {
                yield return declaring;
            }

            if (member is MethodInfo { IsGenericMethod: true } generic)
            {
                foreach (var argument in generic.GetGenericArguments())
                {
                    yield return argument;
                }
            }
        }
    }

    /// <summary>What the instructions name by token.</summary>
    private static IEnumerable<MemberInfo> MembersIn(MethodBase method, byte[] il)
    {
        var typeArguments = method.DeclaringType is { IsGenericType: true } declaring ? declaring.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var i = 0; i < il.Length;)
        {
            var value = il[i] == 0xFE ? (short)(0xFE00 | il[i + 1]) : il[i];
            var code = Instructions[value];
            i += code.Size;
            switch (code.OperandType)
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType:
                    if (method.Module.ResolveMember(BitConverter.ToInt32(il, i), typeArguments, methodArguments) is { } member)
                    {
                        yield return member;
                    }

                    i += 4;
                    break;
                case OperandType.InlineSwitch:
                    i += 4 + (4 * BitConverter.ToInt32(il, i));
                    break;
                default:
                    i += SizeOf(code.OperandType);
                    break;
            }
        }
    }

    private static int SizeOf(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    /// <summary>The types that a type is made of: elements of arrays, arguments of generics.</summary>
    private static IEnumerable<Type> Parts(Type type)
    {
        if (type.HasElementType)
        {
            return Parts(type.GetElementType()!);
        }

        return type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type) : [type];
    }

    /// <summary>The second part of the namespace; null for what is not ours and for the program's entry.</summary>
    private static string? RoomOf(Type type)
    {
        const string root = "Exporter.";
        return type.Assembly == typeof(Snapshot).Assembly && type.Namespace?.StartsWith(root, StringComparison.Ordinal) == true
            ? type.Namespace[root.Length..].Split('.')[0]
            : null;
    }
}
