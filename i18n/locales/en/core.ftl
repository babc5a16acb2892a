# What the core itself says: plan titles, warnings, facts of an explanation, note and handout.

plan-refer = Refer
plan-fluids = Fluids
plan-procedure = Do
plan-advice = Tell the patient
plan-follow-up = Come back
plan-traditional = Traditional care

warning-allergy = Recorded allergy to this medicine or its class.
warning-allergy-act = Do not give. Choose another class.
warning-interaction = These two act on each other.
warning-interaction-act = Look for another medicine, or watch closely.
warning-herb-drug = This remedy and this medicine act on each other.
warning-herb-drug-act = Do not use together unless you can watch the patient.
warning-allergy-cross-act = Ask what happened. After a severe reaction choose another class; where life is in danger and nothing else is there, give it watched, with adrenaline ready.
warning-pregnancy-stop-act = Do not give it to her. Choose another medicine.
warning-disease-stop-act = Do not give it. Choose another medicine.
warning-pregnancy = Pregnancy changes what is safe here.
warning-pregnancy-act = If pregnancy is not excluded, ask or test first.
warning-lactation = It can reach the breast-fed child.
warning-lactation-act = Weigh it, or choose another medicine.
warning-disease = An illness or value of this patient speaks against it.
warning-disease-act = Choose another medicine, or watch closely.
warning-age = This age needs special care here.
warning-age-act = Check the age limit before giving it.
warning-burden = Several medicines of the list add up.
warning-burden-act = Take one out or change it.
warning-duplicate = The patient already takes this, or one of the same kind.
warning-duplicate-act = Do not give both. Count the total of a day.
warning-unknown = This name is not in our tables.
warning-unknown-act = Not known does not mean safe. Check the label and ask what is in it.
warning-unknown-allergy = This allergy is not in our tables: nothing was checked against it.
warning-unknown-allergy-act = Ask what was taken and what happened, and write the name of the medicine.
warning-name-in-part = Only a part of what is written is a name that we know.
warning-name-in-part-act = Check that this is what is meant.
warning-name-either = This name stands for different medicines in different countries. It was checked as each of them.
warning-name-either-act = Look at the pack and write the name of the medicine itself.
warning-name-guessed = This name is not in our tables. It was checked as the one that differs by one letter, which may be another medicine.
warning-name-guessed-act = Look at the pack and write the name of the medicine itself.
warning-table-contraindicated = The French interaction thesaurus lists this pair as contraindicated.
warning-table-not-recommended = The French interaction thesaurus advises against this pair.
warning-table-precaution = The French interaction thesaurus asks for precautions with this pair.
warning-table-note = The French interaction thesaurus says to take this pair into account.

fact-probability = { $condition } is at { $percent } %, likely between { $low } % and { $high } %.
fact-prior = Before any finding it was { $percent } % of visits like this one.
fact-for = In favour of { $condition }: { $finding }, which multiplies the odds by { $ratio }.
fact-for-shares = In favour of { $condition }: { $finding }, in about { $inside } of 100 patients with it and { $outside } of 100 who come to a clinic.
fact-against = Against { $condition }: { $finding }, which multiplies the odds by { $ratio }.
fact-absent-for = In favour of { $condition }: no { $finding }, which multiplies the odds by { $ratio }.
fact-absent-against = Against { $condition }: no { $finding }, which multiplies the odds by { $ratio }.
fact-test = A test that would help: { $test }.
fact-danger = Danger sign: { $say }.

doc-note-title = Visit note
doc-letter-title = Referral letter
doc-story = Subjective: as told
doc-history = Subjective: history
doc-denied = No { $finding }
person-woman = woman
person-girl = girl
person-man = man
person-boy = boy
doc-pregnant-weeks = { $n } weeks pregnant
doc-values = Objective: measured
doc-examined = Objective: found
doc-pictures = Objective: pictures
doc-danger = Assessment: danger signs
doc-no-danger = No danger sign found in what was entered.
doc-assessment = Assessment: differential
doc-reasons = Assessment: reasons
doc-plan = Plan: as decided
doc-refused = Plan: proposed and refused
doc-undecided = Plan: proposed, not decided
doc-medicines = Subjective: takes
doc-allergies = Subjective: allergies
doc-traditional = Plan: traditional care, as decided
doc-remark = Remark
doc-letter-ends = Letter
doc-letter-to = To:
doc-letter-from = From:
doc-letter-date = Date:
doc-letter-patient = Patient
doc-letter-name = Name: { $name }
doc-letter-why = Why and how soon
doc-letter-history = History
doc-letter-values = Measured
doc-letter-examined = Found
doc-letter-thought = What we think
doc-letter-reasons = Reasons
doc-letter-done = Done and given here
doc-letter-takes = Takes
doc-letter-remark = Remark
doc-letter-asked = What we ask
doc-letter-please = Please see and treat this patient, and write back what was found and what we should watch.
doc-letter-signed = Name and signature
doc-limits = Limits
doc-limits-text = Written with Hakim { $version } as decision support. The practitioner decided. Probabilities hold for the findings entered.
doc-none = none recorded
doc-changed = changed to: { $to }
doc-reason = reason: { $why }
doc-none-of-these = None of these: { $percent } %
doc-for = { $findings }: for { $span }
doc-severe = severe
doc-days-course = for { $days ->
    [one] { $days } day
   *[other] { $days } days
}
dose-every-days = one dose every { $n } days, NOT every day
dose-times-a-day = { $n ->
    [1] once a day
    [2] twice a day
   *[other] { $n } times a day
}
dose-once = once
dose-every-hours = { $n ->
    [1] every hour
   *[other] every { $n } hours
}
dose-without-break = without a break
amount-units = { $n ->
    [one] { $count } unit
   *[other] { $count } units
}
amount-vials = { $n ->
    [one] { $count } vial
   *[other] { $count } vials
}
amount-drops = { $n ->
    [one] { $count } drop
   *[other] { $count } drops
}
amount-puffs = { $n ->
    [one] { $count } puff
   *[other] { $count } puffs
}
amount-tablets = { $n ->
    [one] { $count } tablet
   *[other] { $count } tablets
}
amount-applications = { $n ->
    [one] { $count } application
   *[other] { $count } applications
}
over-minutes = { $amount } in { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}
dose-first-then = { $first }, then { $second }
word-units = units
word-vials = vials
word-drops = drops
word-puffs = puffs
word-tablets = tablets
word-applications = applications
doc-triage-emergency = Emergency
doc-triage-urgent = Urgent: today
doc-triage-soon = Soon: within days
doc-triage-routine = Routine
doc-triage-self-care = Care at home
doc-likely-soon = { $name } is likely: see or refer within days
doc-likely-urgent = Likely enough to need care today: { $name }, in which waiting does harm
doc-likely-self-care = Likely something that can be looked after at home: { $name }. Come back at once with any danger sign, or if it gets worse
handout-traditional = Traditional care
handout-allergies = Allergies

vital-name-temperature = temperature
vital-name-pulse = pulse
vital-name-breathing = breathing rate
vital-name-systolic = systolic pressure
vital-name-diastolic = diastolic pressure
vital-name-spo2 = SpO2
vital-name-weight = weight
vital-name-height = height
vital-name-glucose = glucose
vital-name-muac = arm circumference
vital-name-haemoglobin = haemoglobin
vital-name-creatinine = creatinine

form-tablet = tablet
form-dispersible-tablet = dispersible tablet
form-capsule = capsule
form-syrup = liquid
form-injection = injection
form-sachet = sachet
form-inhaler = puff
form-nebuliser-solution = nebuliser solution
form-cream = cream
form-ointment = ointment
form-lotion = lotion
form-drops = drops
form-spray = spray
form-suppository = suppository
form-rectal-solution = rectal solution
form-gas = gas

entry-share = about { $percent } of 100 patients
entry-sensitivity = finds { $percent } of 100 who have it
entry-specificity = spares { $percent } of 100 who do not
entry-avoid = Avoid
entry-dose = { $amount } at once, { $often }, at most { $single } at once and { $day } in a day

ask-nothing = Nothing here answers this.
ask-weak = Found only by looking twice: read the passages before you rely on it.
