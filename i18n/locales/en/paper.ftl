# Papers for the patient (handout, prescription): the only words that exist in all five languages.
# As a pharmacist would write them on a label. $count is the number as it is shown, $n the number that chooses the form.

title-handout = For you to take home
title-prescription = Prescription
comma = {", "}

# Who and when
clinic = Clinic: { $what }
date = Date: { $what }
name = Name: { $what }
age = Age: { $what }
sex = Sex: { $what }
weight = Weight: { $what }
allergies = Allergies: { $what }
none-recorded = none recorded
age-years = { $n ->
    [one] { $count } year
   *[other] { $count } years
}
age-months = { $n ->
    [one] { $count } month
   *[other] { $count } months
}
age-days = { $n ->
    [one] { $count } day
   *[other] { $count } days
}
sex-female = female
sex-male = male
pregnant = Pregnant
pregnant-weeks = Pregnant, { $count } weeks

# Parts
diagnosis = Diagnosis
what = What we think
what-unsure = We are not sure yet what this is.
medicines = Medicines
refer = Go to the hospital
tests = Tests
stop = Do not take
advice = What to do
return = Come back
danger = Come back at once if
danger-signs = you get worse, cannot drink, become drowsy or confused, have trouble breathing, or are worried.
traditional = Traditional care
allergy = Allergies
allergy-tell = Tell everyone who treats you: you are allergic to { $what }.
signed = Name, signature and stamp
english-note = What stands in English has not been translated yet. Ask for it to be explained to you.

# One medicine
how = How to take it: { $what }
fill-dose = Dose
fill-often = How often
fill-days = For how long
dispense = To dispense: { $what }
dispense-days = To dispense for { $days }: { $what }
days = { $n ->
    [one] { $count } day
   *[other] { $count } days
}
for-days = { $n ->
    [one] for { $count } day
   *[other] for { $count } days
}
often-once = one dose
often-times = { $n ->
    [1] once a day
    [2] twice a day
   *[other] { $count } times a day
}
often-every = { $n ->
    [2] every other day, NOT every day
    [7] once a week, NOT every day
   *[other] one dose every { $count } days, NOT every day
}

# Amounts
amount-ml = { $count } mL
unit-iu = { $n ->
    [one] { $count } unit
   *[other] { $count } units
}
unit-drop = { $n ->
    [one] { $count } drop
   *[other] { $count } drops
}
unit-application = { $n ->
    [one] { $count } application
   *[other] { $count } applications
}
over-minutes = { $amount } in { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
dose-first-then = { $first }, then { $second }
dose-every-hours = { $n ->
    [1] every hour
   *[other] every { $n } hours
}
often-without-break = without a break
half-tablet = half a tablet
quarter-tablet = a quarter of a tablet
three-quarter-tablet = three quarters of a tablet
unit-tablet = { $n ->
    [one] { $count } tablet
   *[other] { $count } tablets
}
unit-capsule = { $n ->
    [one] { $count } capsule
   *[other] { $count } capsules
}
unit-sachet = { $n ->
    [one] { $count } sachet
   *[other] { $count } sachets
}
unit-vial = { $n ->
    [one] { $count } vial
   *[other] { $count } vials
}
unit-puff = { $n ->
    [one] { $count } puff
   *[other] { $count } puffs
}
unit-spray = { $n ->
    [one] { $count } spray
   *[other] { $count } sprays
}
unit-suppository = { $n ->
    [one] { $count } suppository
   *[other] { $count } suppositories
}
unit-nebule = { $n ->
    [one] { $count } nebule
   *[other] { $count } nebules
}
unit-tube = { $n ->
    [one] { $count } tube
   *[other] { $count } tubes
}
unit-dose = { $n ->
    [one] { $count } dose
   *[other] { $count } doses
}

# Forms
form-tablet = tablet
form-dispersible-tablet = dispersible tablet
form-capsule = capsule
form-syrup = syrup
form-injection = injection
form-sachet = sachet
form-inhaler = inhaler
form-nebuliser-solution = nebuliser solution
form-cream = cream
form-ointment = ointment
form-lotion = lotion
form-drops = drops
form-spray = spray
form-suppository = suppository
form-rectal-solution = rectal solution
form-gas = gas

# Routes
route-oral = by mouth
route-im = into the muscle
route-iv = into the vein
route-sc = under the skin
route-inhaled = to breathe in
route-topical = on the skin
route-id = into the skin
route-wound = into and around the wound
route-mouth = in the mouth, not swallowed
route-ear = into the ear
route-rectal = into the rectum
route-nasal = into the nose
route-eye = into the eye
route-vaginal = into the vagina
route-sublingual = under the tongue

# What a pack often says of taking it
take-with-food = with food
take-after-food = after food
take-empty-stomach = on an empty stomach
take-between-meals = between meals
take-with-water = with water
take-food-water = with food and a full glass of water
take-sitting-up = sitting up
take-whole = swallowed whole
take-bedtime = at bedtime
take-morning = in the morning
take-morning-food = in the morning with food
take-drink = plenty to drink

# What stands behind a remedy
label-strong = well supported by studies
label-moderate = supported by some studies
label-weak = little support from studies
label-expert = from experience, not from studies
label-traditional-use = traditional use, not shown in studies
